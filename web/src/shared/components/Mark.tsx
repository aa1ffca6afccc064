/** The product's sign. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0f6e6e" />
      <path
        d="M9 7v18M9 17c0-4 2.6-6 6-6s5.5 2 5.5 6v8"
        fill="none"
        stroke="#fff"
        strokeWidth="3.2"
        strokeLinecap="round"
      />
      <circle cx="23.5" cy="9" r="3" fill="#f2a33a" />
    </svg>
  );
}
