import { useEffect, useRef } from 'react';
import type { InteractionLive } from '@/shared/api/types';
import type { CallNow, Wish } from '@/shared/headset/headset';
import { Headsets } from '@/shared/headset/headsets';
import { hid } from '@/shared/headset/hid';
import { useHeadsetNames } from '@/shared/headset/wanted';
import type { PhoneCallState } from '@/shared/phone/phone';
import type { CallAct } from './work';

interface Props {
  interaction: InteractionLive | null;
  /** What the browser's telephone does. */
  phone: PhoneCallState | 'none';
  /** The acts that are possible now. */
  may: Partial<Record<Wish, boolean>>;
  act: (name: CallAct) => Promise<void>;
}

/** The connected headsets: their keys do what the page's buttons do, their lamps follow the call. */
export default function HeadsetHost({ interaction, phone, may, act }: Props) {
  const names = useHeadsetNames();
  const headsets = useRef<Headsets>(null);
  const call: CallNow = {
    ringing: phone === 'ringing',
    talking: phone === 'answering' || phone === 'talking',
    held: interaction?.state === 'held',
    muted: interaction?.muted ?? false,
  };
  const latest = useRef({ call, may, act });
  useEffect(() => {
    latest.current = { call, may, act };
    headsets.current?.show(call);
  });
  useEffect(() => {
    const system = hid();
    if (!system) return;
    const all = new Headsets(system, (wish) => {
      const now = latest.current;
      if (now.may[wish]) void now.act(wish);
    });
    headsets.current = all;
    all.show(latest.current.call);
    const find = () => void all.find();
    find();
    system.addEventListener('connect', find);
    system.addEventListener('disconnect', find);
    return () => {
      system.removeEventListener('connect', find);
      system.removeEventListener('disconnect', find);
      headsets.current = null;
      void all.close();
    };
  }, []);
  return (
    <span
      hidden
      data-testid="headset"
      data-names={names.join(', ')}
      data-ringing={call.ringing}
      data-talking={call.talking}
    />
  );
}
