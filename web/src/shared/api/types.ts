/** The shapes of the HTTP contract (/api/v1) that the screens use. */

export type Role = 'platform_administrator' | 'tenant_administrator' | 'supervisor' | 'agent';
export type Language = 'zh-CN' | 'zh-TW' | 'en';
export type PhoneKind = 'browser' | 'phone';

export interface Session {
  account: { id: string; name: string; login: string; role: Role; language: Language | null };
  tenant: { id: string; slug: string; name: string; language: Language; time_zone: string };
  agent: { id: string; number: string; name: string; phone_kind: PhoneKind } | null;
  rights: string[];
  csrf_token: string;
  version: string;
}

export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  page_size: number;
}

export type AgentState = 'logged_out' | 'available' | 'reserved' | 'engaged' | 'wrap_up' | 'not_ready';

export interface AgentLive {
  id: string;
  number: string;
  name: string;
  state: AgentState;
  /** A reason code's id, or one of the platform's own reasons (no_answer, unreachable, …). */
  reason_code_id: string | null;
  /** What was asked for during a call and comes after it. */
  next_state?: 'available' | 'not_ready' | 'logged_out' | null;
  since: string | null;
  interaction_id: string | null;
  phone_kind: PhoneKind;
  phone_ready?: boolean;
  queue_ids: string[];
  wrap_up_until: string | null;
}

export interface QueueLive {
  id: string;
  name: string;
  waiting: number;
  longest_wait_since: string | null;
  agents_available: number;
  agents_signed_in: number;
  offered_today: number;
  answered_today: number;
  abandoned_today: number;
  service_level_numerator_today: number;
  service_level_denominator_today: number;
}

export type InteractionState = 'flow' | 'queued' | 'offered' | 'connected' | 'held' | 'wrap_up' | 'after';

export interface FlowStep {
  node: string;
  label: string | null;
  keys: string | null;
}

export interface InteractionLive {
  id: string;
  state: InteractionState;
  medium: string;
  direction: string;
  caller: string | null;
  called: string | null;
  project_id: string | null;
  business_id: string | null;
  queue_id: string | null;
  queue_name: string | null;
  agent_id: string | null;
  language: string | null;
  started_at: string;
  queued_at: string | null;
  offered_at: string | null;
  connected_at: string | null;
  held: boolean;
  muted: boolean;
  flow_path: FlowStep[];
  keys: string | null;
  position: number | null;
  variables: Record<string, unknown>;
}

export interface ReasonCode {
  id: string;
  name: string;
  code: string;
}

export interface Disposition {
  id: string;
  name: string;
  parent_id: string | null;
  position: number;
}

export interface Today {
  offered: number;
  answered: number;
  missed: number;
  talk_seconds: number;
  hold_seconds: number;
  wrap_up_seconds: number;
  signed_in_seconds: number;
  not_ready_seconds: number;
  available_seconds: number;
  aht_seconds: number | null;
}

export interface Desktop {
  agent: AgentLive;
  interaction: InteractionLive | null;
  reason_codes: ReasonCode[];
  dispositions: Disposition[];
  today: Today;
  call_settings: Record<string, unknown>;
}

export interface SipAccess {
  uri: string;
  authorization_user: string;
  password: string;
  websocket_path: string;
  realm: string;
  ice_servers: RTCIceServer[];
}

export interface Interaction {
  id: string;
  medium: string;
  direction: string;
  caller: string | null;
  called: string | null;
  project_id: string | null;
  business_id: string | null;
  queue_id: string | null;
  queue_name: string | null;
  agent_id: string | null;
  agent_name: string | null;
  agent_number: string | null;
  started_at: string;
  answered_at: string | null;
  queued_at: string | null;
  connected_at: string | null;
  ended_at: string | null;
  wait_seconds: number | null;
  ring_seconds: number | null;
  talk_seconds: number | null;
  hold_seconds: number | null;
  wrap_up_seconds: number | null;
  duration_seconds: number | null;
  end_reason: string | null;
  hangup_cause: number | null;
  ended_by: string | null;
  disposition_id: string | null;
  disposition_name: string | null;
  note: string | null;
  keys: string | null;
  rating: string | number | null;
  recording_count: number;
}

export interface Segment {
  id: string;
  kind: 'flow' | 'queue' | 'agent' | 'after';
  flow_id: string | null;
  queue_id: string | null;
  queue_name: string | null;
  agent_id: string | null;
  agent_name: string | null;
  started_at: string;
  ended_at: string | null;
  outcome: string | null;
  ring_seconds: number | null;
  talk_seconds: number | null;
  hold_seconds: number | null;
  wrap_up_seconds: number | null;
}

export interface InteractionEvent {
  seq: number;
  at: string;
  kind: string;
  agent_id: string | null;
  data: Record<string, unknown>;
}

export interface Recording {
  id: string;
  interaction_id: string;
  started_at: string;
  ended_at: string | null;
  state: 'recording' | 'processing' | 'ready' | 'failed';
  duration_seconds: number | null;
  bytes: number | null;
  sha256: string | null;
  format: string | null;
  channels: number | null;
}

export interface InteractionDetail extends Interaction {
  segments: Segment[];
  events: InteractionEvent[];
  recordings: Recording[];
  variables: Record<string, unknown>;
}

export interface Peaks {
  duration_seconds: number;
  points_per_second: number;
  customer: number[];
  agent: number[];
}

export interface QueueIntervalFigures {
  offered: number;
  answered: number;
  abandoned: number;
  short_abandoned: number;
  service_level_numerator: number;
  service_level_denominator: number;
  service_level: number | null;
  asa_seconds: number | null;
  longest_wait_seconds: number | null;
  average_abandon_wait_seconds: number | null;
  talk_seconds: number;
  hold_seconds: number;
  wrap_up_seconds: number;
  aht_seconds: number | null;
}

export interface QueueIntervalRow extends QueueIntervalFigures {
  starts_at: string;
  queue_id: string;
  queue_name: string;
}

export interface QueueIntervalReport {
  rows: QueueIntervalRow[];
  totals: QueueIntervalFigures;
  service_level_formula: string | Record<string, string>;
}

export interface Named {
  id: string;
  name: string;
}

export interface Project extends Named {
  code?: string | null;
}

export interface Queue extends Named {
  project_id: string | null;
  business_id: string | null;
  music: string | null;
  service_level_seconds: number;
  short_abandon_seconds: number;
  no_answer_seconds: number;
  wrap_up_seconds: number;
  announce_every_seconds: number | null;
  automatic_answer: boolean;
  recording: boolean;
  priority: number;
  skills: { skill_id: string; level: number }[];
}

export interface Person {
  id: string;
  login: string;
  name: string;
  role: Role;
  language: Language | null;
  disabled: boolean;
  project_ids: string[];
  agent: {
    id: string;
    number: string;
    phone_kind: PhoneKind;
    sip_user: string | null;
    skills: { skill_id: string; proficiency: number }[];
  } | null;
}

export interface PhoneSecret {
  server: string;
  port: number;
  transport: string;
  user: string;
  password: string;
}

export interface AccessNumber {
  id: string;
  number: string;
  label: string | null;
  flow_id: string | null;
  project_id: string | null;
  business_id: string | null;
  language: string | null;
}

export interface FlowSummary extends Named {
  project_id?: string | null;
  published_version: number | null;
}

export interface FlowVersion {
  version: number;
  published_at: string;
  published_by?: string | null;
}

export interface FlowDetail extends FlowSummary {
  draft: { document: unknown } | null;
  versions: FlowVersion[];
}

export interface FlowProblem {
  node: string | null;
  field: string | null;
  message: string;
}

export interface Prompt {
  id: string;
  name: string;
  language: string;
  text: string | null;
  voice: string | null;
  sha256: string | null;
  duration_seconds: number | null;
}

export interface Voice {
  id: string;
  name?: string;
  language: string;
}

export interface Tenant {
  id: string;
  slug: string;
  name: string;
  kind: string;
  language: Language;
  time_zone: string;
  suspended_at: string | null;
}

export type TrunkStateName = 'up' | 'down' | 'registering' | 'rejected' | 'unknown';

export interface TrunkState {
  state: TrunkStateName;
  detail: string | null;
  channels: number | null;
  since: string | null;
}

export interface Trunk {
  id: string;
  name: string;
  kind: 'address' | 'registration';
  host: string;
  port: number;
  transport: 'udp' | 'tcp';
  username: string | null;
  has_password: boolean;
  match: string[];
  codecs: string[];
  max_channels: number | null;
  caller_number: string | null;
  inbound_number_format: 'as_is' | 'e164' | 'national';
  national_prefix: string | null;
  country_code: string | null;
  enabled: boolean;
  state?: TrunkState;
}

export interface TestCallResult {
  ok: boolean;
  seconds: number | null;
  sip_status: number | null;
  detail: string | null;
}

export interface ApiToken {
  id: string;
  name: string;
  created_at: string;
  last_used_at?: string | null;
  token?: string;
}
