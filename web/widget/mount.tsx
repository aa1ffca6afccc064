/** @jsxImportSource preact */
import { render } from 'preact';
import type { Acts, State } from './chat';
import { painted } from './color';
import { Widget } from './Widget';
import styles from './widget.css?inline';

/** Draws the widget in a shadow of its own; the page's styles and policy do not reach into it, nor its own out of it. */
export function drawer(host: HTMLElement): (state: State, acts: Acts) => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  // A sheet that is constructed is no inline style: a policy without 'unsafe-inline' has nothing against it.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  return (state, acts) => {
    if (state.entry) {
      const { ground, ink } = painted(state.entry.color);
      host.style.setProperty('--color', ground);
      host.style.setProperty('--ink', ink);
    }
    render(<Widget state={state} acts={acts} />, root);
  };
}
