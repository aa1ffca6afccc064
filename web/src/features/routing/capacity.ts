import type { CapacityProfile, Medium, MediumName } from '@/shared/api/types';

const full = 100;

export interface Share {
  weight?: number | null;
  most?: number | null;
  /** Whether it is put aside for a call. */
  interruptible?: boolean | null;
}
export type Shares = Partial<Record<MediumName, Share>>;

/** How many items of a medium fit at once. */
export function atOnce(weight: number, most: number | null | undefined): number {
  const fit = Math.floor(full / weight);
  return most === null || most === undefined ? fit : Math.min(fit, most);
}

/** What a profile says of each medium, for a form: an empty field is as the default. */
export function sharesOf(profile: CapacityProfile | null): Shares {
  return Object.fromEntries(
    (profile?.media ?? []).map(({ medium, weight, most, interruptible }) => [
      medium,
      { weight, most, interruptible },
    ]),
  );
}

/** What is sent: only the media of which something was typed. */
export function mediaOf(shares: Shares, media: Medium[]): CapacityProfile['media'] {
  return media.flatMap(({ name, weight, most }) => {
    const own = shares[name];
    const said = (value: number | boolean | null | undefined) => value !== null && value !== undefined;
    if (!own || !(said(own.weight) || said(own.most) || said(own.interruptible))) return [];
    const { interruptible = null } = own;
    return [{ medium: name, weight: own.weight ?? weight, most: own.most ?? most, interruptible }];
  });
}
