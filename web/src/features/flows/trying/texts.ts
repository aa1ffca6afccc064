import { useTranslation } from 'react-i18next';
import type { FlowAct, FlowWalk } from '@/shared/api/types';

/** Texts by names that the server knows; a test holds that each has one. */
export function useTryTexts() {
  const { t, i18n } = useTranslation();
  const say = t as unknown as (key: string, fill?: object) => string;
  return {
    waits: (waits: FlowWalk['waits']) => say(`flowTest.waits.${waits}`),
    what: (waits: string, what: string) => {
      const own = `flowTest.what.${waits}_${what}`;
      return say(i18n.exists(own) ? own : `flowTest.what.${what}`);
    },
    outcome: (outcome: string) => say(`sourceOutcome.${outcome}`),
    ended: (reason: string) => (i18n.exists(`endReason.${reason}`) ? say(`endReason.${reason}`) : reason),
    difference: (what: string, fill: object) => say(`flowTest.difference.${what}`, fill),
  };
}

/** What the caller did, or what became of them, in words. */
export function useActText() {
  const { t } = useTranslation();
  const texts = useTryTexts();
  return (act: FlowAct): string => {
    switch (act.do) {
      case 'press':
        return t('flowTest.act.press', { keys: act.keys });
      case 'write':
        return t('flowTest.act.write', { text: act.text });
      case 'answer':
        return t('flowTest.act.answer', { outcome: texts.outcome(act.outcome) });
      case 'happen':
        return texts.what('', act.what);
      case 'figures':
        return t('flowTest.act.figures', { waiting: act.waiting });
      case 'wait':
        return t('flowTest.act.wait');
      case 'hang_up':
        return t('flowTest.act.hang_up');
    }
  };
}
