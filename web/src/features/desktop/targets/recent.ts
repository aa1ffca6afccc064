/** The targets that somebody chose last, by account, on this computer. Outside numbers are people's: they are not kept. */

const most = 8;
const remembered = (accountId: string) => `hujiao.targets.${accountId}`;

export function recentTargets(accountId: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(remembered(accountId)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberTarget(accountId: string, key: string): void {
  if (key.startsWith('number:')) return;
  const others = recentTargets(accountId).filter((one) => one !== key);
  localStorage.setItem(remembered(accountId), JSON.stringify([key, ...others].slice(0, most)));
}
