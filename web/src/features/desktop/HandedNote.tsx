import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { handedNotes } from './parties';

/** What colleagues have written for who has the customer now, or is asked about them. */
export function HandedNote({ interaction, agentId }: { interaction: InteractionLive; agentId: string }) {
  const { t } = useTranslation();
  const notes = handedNotes(interaction, agentId);
  if (notes.length === 0) return null;
  return (
    <div className="hj-handed" data-testid="handed-note">
      {notes.map((one) => (
        <p key={one.at}>
          <span className="hj-quiet">
            {t(one.result === undefined ? 'targets.noteFrom' : 'targets.resultFrom', { name: one.name })}
          </span>{' '}
          {one.result ? <strong>{one.result}</strong> : null} {one.text}
        </p>
      ))}
    </div>
  );
}
