/** The shapes of the API, named for the screens. They are generated from its description (`npm run types`). */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Session = Schemas['SessionView'];
export type Role = Schemas['AccountView']['role'];
export type Language = Schemas['TenantOfSession']['language'];
export type ApiToken = Schemas['TokenView'] & { token?: string };

export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  page_size: number;
}

export interface Named {
  id: string;
  name: string;
}

export type Desktop = Omit<Schemas['Desktop'], 'agent' | 'interaction' | 'items'> & {
  agent: AgentLive;
  interaction: InteractionLive | null;
  items: InteractionLive[];
};
export type Activity = AgentLive['activity'];
export type AgentState = Schemas['AgentLive']['state'];
export type PhoneKind = Schemas['AgentIn']['phone_kind'];
export type PhoneEncryption = Schemas['AgentIn']['phone_encryption'];
export type FlowStep = Schemas['FlowStep'];
export type PassedOn = Schemas['PassedOn'];
export type Forwarding = Required<Schemas['ForwardingView']>;
export type ByTelephone = Schemas['TelephoneView'];
export type ForwardWhy = 'always' | 'busy' | 'no_answer';
export type ForwardTarget = Schemas['ForwardRuleView']['to'];
export type HearableAgent = Schemas['HearableAgent'];
export type Targets = Schemas['Targets'];
export type TargetsNow = Schemas['TargetsNow'];
export type AgentNow = Schemas['AgentNow'];
export type QueueNow = Schemas['QueueNow'];
export type SeatToTake = Schemas['SeatToTake'];
export type Today = Schemas['Today'];
export type SipAccess = Schemas['SipAccess'];
export type ReasonCode = Schemas['ReasonCodeView'];
export type NextCall = Schemas['NextCallView'];
export type OverdueReport = Schemas['OverdueReport'];
export type OverdueCalls = Schemas['OverdueCalls'];
export type OwnCustomer = Schemas['OwnCustomerView'];
export type CallFailure = NonNullable<Schemas['LastCall']['failure']>;
export type Disposition = Schemas['DispositionView'];
export type SummaryForm = Schemas['SummaryForm'];
export type SummaryRule = Schemas['SummaryRuleView'];
export type NoteTemplate = Schemas['NoteTemplateView'];
export type DispositionReport = Schemas['DispositionReport'];
export type DispositionRow = Schemas['DispositionRow'];
export type OpenSummaries = Schemas['OpenSummaries'];
export type MarkedBefore = Schemas['MarkedBefore'];
export type BreakAnswer = Required<Schemas['BreakAnswer']>;
export type Bulletin = Schemas['BulletinView'];
export type BulletinDetail = Schemas['BulletinDetail'];
export type BulletinIn = Schemas['BulletinIn'];
export type BulletinReader = Schemas['BulletinReader'];
export type MyBulletin = Schemas['MyBulletin'];
export type MyBulletins = Schemas['MyBulletins'];
export type Wallboard = Schemas['WallboardView'];
export type Tile = Wallboard['tiles'][number];
export type WallboardLink = Schemas['LinkView'] & { secret?: string };

export type InteractionState =
  | 'flow'
  | 'queued'
  | 'scheduled'
  | 'dialling'
  | 'calling'
  | 'offered'
  | 'connected'
  | 'held'
  | 'parked'
  | 'transferred'
  | 'conference'
  | 'wrap_up'
  | 'ended';

/** The records of the live socket: the first two are also in the desktop's answer, the third only there. */
export type AgentLive = Required<Schemas['AgentLive']>;
export type InteractionLive = Required<Omit<Schemas['InteractionLive'], 'state'>> & {
  state: InteractionState;
};
export interface QueueLive {
  id: string;
  name: string;
  waiting: number;
  longest_wait_since: string | null;
  agents_available: number;
  agents_signed_in: number;
  agents_reserved: number;
  amber_after: number | null;
  red_after: number | null;
  offered_today: number;
  answered_today: number;
  abandoned_today: number;
  staffed: boolean;
  expected_wait_seconds: number | null;
  /** Sums of the last minutes; null while nobody entered within them. */
  recent: {
    entered: number;
    answered: number;
    abandoned: number;
    in_service: number;
    lost: number;
    within: number[];
  } | null;
  service_level_numerator_today: number;
  service_level_denominator_today: number;
}

export type HeldItem = Schemas['ItemLive'];
export type ChatEntry = Schemas['ChatEntryView'];
export type ChatPhrase = Schemas['ChatPhraseView'];
export type ChatMessageView = Schemas['MessageView'];

export type Interaction = Schemas['InteractionView'];
export type InteractionDetail = Schemas['InteractionDetail'];
export type InteractionEvent = Schemas['EventView'];
export type Segment = Schemas['SegmentView'];
export type Recording = Schemas['RecordingView'];
export type Peaks = Schemas['Peaks'];

export type QueueIntervalFigures = Schemas['Figures'];
export type QueueIntervalRow = Schemas['QueueRow'];
export type QueueIntervalReport = Schemas['QueueReport'];

export type Queue = Schemas['QueueView'];
export type Business = Schemas['BusinessView'];
export type IndicatorSettings = Schemas['IndicatorSettings'];
export type Alarm = Schemas['AlarmView'];
export type QueueSuggestion = Schemas['SuggestionView'];
export type SuggestionHelper = Schemas['HelperView'];
export type SuggestionOutcome = Schemas['OutcomeView'];
export type AbsentAgent = Schemas['AbsentAgent'];
export type StateThreshold = Schemas['StateThresholdView'];
export type UsualThreshold = Schemas['UsualThreshold'];
export type Seat = Schemas['SeatView'];
export type Room = Schemas['RoomView'];
export type SeatPlace = Schemas['SeatPlaceView'];
export type Person = Schemas['PersonView'];
export type PhoneSecret = Schemas['PhoneSecret'];
export type Tenant = Schemas['TenantView'];
export type TenantLimits = Schemas['TenantLimits'];
export type DiallingBounds = Schemas['DiallingBounds'];
export type Dialling = Schemas['DiallingView'];
export type NumberJudged = Schemas['NumberJudged'];
export type NumberRules = Schemas['NumberRulesIn'];
export type TenantUse = Schemas['TenantUse'];

export type CallBackIn = Schemas['CallBackIn'];
export type QueueRouting = Schemas['QueueRoutingView'];
export type Ring = Schemas['RingView'];
export type NeededSkill = Schemas['NeededSkill'];
export type OverflowRule = Schemas['OverflowRuleView'];
export type Hours = Schemas['HoursView'];
export type HoursSpan = Schemas['SpanView'];
export type SpecialDay = Schemas['SpecialDayView'];
export type HoursSwitch = Schemas['SwitchView'];
export type HolidayCalendar = Schemas['HolidayCalendarView'];
export type PublicHolidays = Schemas['PublicHolidays'];
export type CalendarFile = Schemas['CalendarFile'];
export type TenantSettings = Schemas['TenantSettings'];
export type RoutingPolicy = Schemas['RoutingPolicyView'];
export type DataSource = Schemas['DataSourceView'];
export type DataSourceIn = Schemas['DataSourceIn'];
export type ScreenLayout = Schemas['LayoutView'];
export type LayoutSection = ScreenLayout['sections'][number];
export type LinkedPage = Schemas['LinkedPageView'];
export type PopRule = Schemas['PopRuleView'];
export type Pop = Schemas['PopView'];
export type ShownSection = Schemas['ShownSection'];
export type ShownPage = Schemas['ShownPage'];
export type SourceAnswer = Schemas['SourceAnswer'];
export type TryResult = Schemas['TryResult'];
export type RoutingProblem = Schemas['ProblemView'];
export type PlatformHealth = Schemas['PlatformHealth'];
export type PartState = PlatformHealth['parts'][string];
export type Trouble = Schemas['TroubleView'];
export type TenantProblem = Schemas['TenantProblem'];
export type RoutingStrategy = Schemas['StrategyView'];
export type AgentCriterion = Schemas['AgentCriterionView'];
export type ItemCriterion = Schemas['ItemCriterionView'];
export type BlendRule = Schemas['BlendRuleView'];
export type BlendNow = Schemas['BlendNow'];
export type WorkKind = AgentLive['work'];
export type AgentGroup = Schemas['AgentGroupView'];
export type CapacityProfile = Schemas['CapacityProfileView'];
export type Medium = Schemas['MediumView'];
export type MediumName = Medium['name'];
export type ScreenView = Schemas['ScreenViewView'];
export type Adjustment = Schemas['AdjustmentView'];
export type AdjustmentLive = Schemas['AdjustmentLive'];
export type AdjustmentsGiven = Schemas['AdjustmentsGiven'];
export type Customer = Schemas['CustomerView'];
export type CustomerField = Schemas['CustomerFieldView'];
export type CustomerImport = Schemas['ImportView'];
export type CustomerImportDetail = Schemas['ImportDetail'];
export type ImportPlan = Required<Schemas['ProposedPlan']>;
export type TakeBackCount = Schemas['TakeBackCount'];
export type CustomerChange = Schemas['ChangeView'];
export type ContactPoint = Schemas['ContactPointView'];
export type DuplicatePair = Schemas['DuplicateView'];
export type CustomersApart = Schemas['ApartView'];
export type HandedOver = Schemas['HandedOver'];
export type NumberPlace = Schemas['NumberPlace'];
export type WhyWaiting = Schemas['WhyWaiting'];
export type Trial = Schemas['TrialView'];
export type TrialResult = Schemas['TrialResult'];
export type TrialChange = Schemas['Change'];

export type AccessNumber = Schemas['AccessNumberView'];
export type FlowSummary = Schemas['FlowSummary'];
export type FlowDetail = Schemas['FlowDetail'];
export type FlowScript = Required<Schemas['Script']>;
export type FlowAct = FlowScript['acts'][number];
export type FlowWalk = Omit<Schemas['Walked'], 'steps'> & { steps: FlowWalkStep[] };
export type FlowWalkStep = Required<Schemas['TriedStep']>;
export type FlowTest = Schemas['FlowTestView'];
export type FlowTestResults = Schemas['FlowTestResults'];
export type FlowProblem = Schemas['Problem'];
export type FlowEditing = Schemas['Editing'];
export type FlowVersion = Schemas['FlowVersionView'];
export type NodeKind = Schemas['NodeKind'];
export type NodeField = Schemas['NodeField'];
export type NodeExit = Schemas['NodeExit'];
export type Prompt = Schemas['PromptView'];
export type Voice = Schemas['VoiceView'];

export type Trunk = Schemas['TrunkView'];
export type TrunkState = Schemas['TrunkState'];
export type TrunkStateName = TrunkState['state'];
export type TestCallResult = Schemas['TestCallResult'];
export type Trust = Schemas['Trust'];
