const remembered = 'hujiao-screen-told';

/** Whether this person has been told here that the screen may be viewed, since that was switched on. */
export function wasTold(account: string): boolean {
  try {
    return localStorage.getItem(remembered) === account;
  } catch {
    return false;
  }
}

/** `told`: the person has read it; otherwise screens are not viewed now, and it is to be told anew. */
export function rememberTold(account: string, told: boolean): void {
  try {
    if (told) localStorage.setItem(remembered, account);
    else localStorage.removeItem(remembered);
  } catch {
    // Then it is told again.
  }
}
