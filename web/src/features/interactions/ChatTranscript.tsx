import { useTranslation } from 'react-i18next';
import { TranscriptView } from '@/shared/chat/Transcript';
import { useTranscript } from '@/shared/chat/useTranscript';
import { ErrorView, LoadingView } from '@/shared/components/Views';

const againMilliseconds = 3_000;

/** What was written in a chat; while it goes on, what is being written. */
export function ChatTranscript({ id, going }: { id: string; going: boolean }) {
  const { t } = useTranslation();
  const { transcript, ready, failed, refresh } = useTranscript(id, going ? againMilliseconds : 0);
  return (
    <section className="hj-panel">
      <div className="hj-panel-head">{t('chat.transcript')}</div>
      {transcript.messages.length > 0 ? (
        <div className="hj-interaction-chat">
          <TranscriptView interactionId={id} messages={transcript.messages} />
        </div>
      ) : failed ? (
        <ErrorView error={failed} retry={refresh} />
      ) : (
        <div className="hj-panel-body hj-faint">
          {ready ? t('chat.noTranscript') : <LoadingView rows={4} />}
        </div>
      )}
    </section>
  );
}
