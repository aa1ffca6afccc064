import { useEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/shared/session/session';
import { typedNumber, type Target } from './find';
import { rememberTarget } from './recent';
import { TargetList } from './TargetList';
import { useChoice } from './useChoice';

const longNumber = 6; // more digits than a colleague's own number has

/** Colleagues and the latest numbers below the field for a number; its keys choose among them. */
export function DialChoices({
  id,
  field,
  typed,
  numbers,
  chosen,
  dial,
  close,
}: {
  id: string;
  field: RefObject<HTMLElement | null>;
  typed: string;
  numbers: string[];
  /** Is told which one the dial button is to take. */
  chosen: RefObject<Target | null>;
  dial: (target: Target) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const { account } = useSession();
  const choice = useChoice({ act: 'call', typed, kinds: ['agent', 'number'], numbers, first: false });
  const take = (target: Target) => {
    rememberTarget(account.id, target.key);
    dial(target);
  };
  const latest = useRef({ choice, take, close });
  useEffect(() => {
    latest.current = { choice, take, close };
    chosen.current = choice.chosen?.target ?? null;
  });
  useEffect(() => {
    const input = field.current;
    const press = (event: KeyboardEvent) => {
      const now = latest.current;
      if (event.isComposing) return;
      if (event.key === 'Escape') now.close();
      else if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
        now.choice.move(event.key === 'ArrowDown' ? 1 : -1);
      else if (event.key === 'Enter' && now.choice.chosen) now.take(now.choice.chosen.target);
      else return;
      event.preventDefault();
    };
    input?.addEventListener('keydown', press);
    return () => input?.removeEventListener('keydown', press);
  }, [field]);
  // A number is dialled as it is typed.
  if ((typedNumber(typed)?.length ?? 0) > longNumber && choice.rows.length <= 1) return null;
  return (
    <div className="hj-target-drop" data-testid="dial-choices">
      <TargetList
        id={id}
        choice={choice}
        empty={typed.trim() ? t('targets.noneFits', { typed: typed.trim() }) : t('targets.none.agent')}
        take={(row) => take(row.target)}
      />
    </div>
  );
}
