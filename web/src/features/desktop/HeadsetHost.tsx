import { useEffect, useRef } from 'react';
import type { InteractionLive } from '@/shared/api/types';
import { Headset, type CallNow, type Wish } from '@/shared/headset/headset';
import { hid } from '@/shared/headset/hid';
import { headsetsAre, useHeadsetNames } from '@/shared/headset/wanted';
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
  const headsets = useRef<Headset[]>([]);
  const call: CallNow = {
    ringing: phone === 'ringing',
    talking: phone === 'answering' || phone === 'talking',
    held: interaction?.state === 'held',
    muted: interaction?.muted ?? false,
  };
  const latest = useRef({ call, may, act });
  useEffect(() => {
    latest.current = { call, may, act };
    headsets.current.forEach((headset) => headset.show(call));
  });
  useEffect(() => {
    const system = hid();
    let over = false;
    const wished = (wish: Wish) => {
      const now = latest.current;
      if (now.may[wish]) void now.act(wish);
    };
    const find = async () => {
      headsets.current.forEach((headset) => headset.close());
      const devices = (await system?.getDevices()) ?? [];
      if (over) return;
      const found = devices.map((device) => ({ device, headset: new Headset(device, wished) }));
      const useful = found.filter(({ headset }) => headset.useful);
      headsets.current = useful.map(({ headset }) => headset);
      headsetsAre(useful.map(({ device }) => device.productName));
      for (const headset of headsets.current) {
        await headset.open().catch(() => undefined); // another program has it
        headset.show(latest.current.call);
      }
    };
    const again = () => void find();
    again();
    system?.addEventListener('connect', again);
    system?.addEventListener('disconnect', again);
    return () => {
      over = true;
      system?.removeEventListener('connect', again);
      system?.removeEventListener('disconnect', again);
      headsets.current.forEach((headset) => headset.close());
      headsets.current = [];
      headsetsAre([]);
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
