import { Suspense } from 'react';
import type { AgentLive } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { piece } from '@/shared/pieces/piece';
import { ForwardingMark } from './ForwardingMark';

const OwnForwarding = piece(() => import('./OwnForwarding'));

/** That calls to me go elsewhere, and the dialog in which I say where. */
export default function Forwards({ agent }: { agent: AgentLive }) {
  const { text, change } = useAddressState();
  return (
    <>
      <ForwardingMark agent={agent} change={() => change({ forwarding: 'open' })} />
      {text('forwarding') === 'open' ? (
        <Suspense fallback={null}>
          <OwnForwarding close={() => change({ forwarding: null })} />
        </Suspense>
      ) : null}
    </>
  );
}
