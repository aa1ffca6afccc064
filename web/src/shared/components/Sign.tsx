/** A sign in the place of an icon, which would be a file of its own: the agent's desktop is to be there soon. */
export function Sign({ children }: { children: string }) {
  return (
    <span aria-hidden className="anticon">
      {children}
    </span>
  );
}
