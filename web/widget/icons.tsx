/** @jsxImportSource preact */

const paths = {
  chat: 'M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z',
  down: 'M6 9l6 6 6-6',
  clip: 'M21 11l-9 9a5.5 5.5 0 0 1-8-8l9-9a3.7 3.7 0 0 1 5.300 5.300l-9 9a1.800 1.800 0 0 1-2.600-2.600l8-8',
  send: 'M3 20l18-8L3 4l3 8zM6 12h8',
  file: 'M6 2h8l5 5v15H6zM14 2v5h5',
  leave: 'M6 6l12 12M18 6L6 18',
};

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
