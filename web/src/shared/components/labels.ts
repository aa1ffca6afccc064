import { useTranslation } from 'react-i18next';

type Family =
  | 'endReason'
  | 'conferenceBy'
  | 'eventKind'
  | 'medium'
  | 'direction'
  | 'outcome'
  | 'sourceOutcome'
  | 'endedBy'
  | 'right'
  | 'variable'
  | 'agentCriterion'
  | 'itemCriterion'
  | 'hoursPhase'
  | Within<'overflow', 'whenName' | 'to'>
  | Within<'offer', 'agentReason' | 'itemReason'>;

type Within<Section extends string, Name extends string> = `${Section}.${Name}`;

/** Names of codes that the server may extend: one that the language files do not know is shown as it is. */
export function useCodeLabel(): (family: Family, code: string | null | undefined, part?: string) => string {
  const { t, i18n } = useTranslation();
  return (family, code, part) => {
    if (!code) return '–';
    const key = [family, code.replaceAll('.', '_'), part].filter(Boolean).join('.');
    return i18n.exists(key) ? t(key as 'common.retry') : code;
  };
}
