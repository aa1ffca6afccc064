import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { Suspense } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Module = typeof import('./piece');

const shows = (text: string) => ({ default: () => <p>{text}</p> });

// What is missing is so for the life of a page: each test has a page of its own.
let pieces: Module;
beforeEach(async () => {
  vi.resetModules();
  pieces = await import('./piece');
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(cleanup);

function Missing() {
  return <p>{pieces.usePieceMissing() ? 'missing' : 'whole'}</p>;
}

describe('a piece of the page', () => {
  it('is loaded once, in the background and when it is shown', async () => {
    const load = vi.fn(() => Promise.resolve(shows('here')));
    const Piece = pieces.piece(load);
    expect(load).not.toHaveBeenCalled();
    await pieces.loadPieces(() => true);
    render(<Suspense fallback={null} children={<Piece />} />);
    expect(await screen.findByText('here')).toBeTruthy();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('that cannot be loaded shows nothing, and the page says that it is missing', async () => {
    const Piece = pieces.piece(() =>
      Promise.reject<ReturnType<typeof shows>>(new TypeError('Failed to fetch')),
    );
    render(
      <>
        <Missing />
        <Suspense fallback="waiting" children={<Piece />} />
        <p>the call</p>
      </>,
    );
    expect(await screen.findByText('missing')).toBeTruthy();
    expect(screen.getByText('the call')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('waiting')).toBeNull());
  });

  it('that fails in the background is missing once it is wanted', async () => {
    const Piece = pieces.piece(() =>
      Promise.reject<ReturnType<typeof shows>>(new TypeError('Failed to fetch')),
    );
    render(<Missing />);
    await pieces.loadPieces(() => true);
    expect(screen.getByText('whole')).toBeTruthy();
    expect(pieces.noneFailed()).toBe(false);
    render(<Suspense fallback={null} children={<Piece />} />);
    expect(await screen.findByText('missing')).toBeTruthy();
  });

  it('brings its own pieces, which are loaded after it, until the page is to stop', async () => {
    const loaded: string[] = [];
    const one = (name: string, brings: string[] = []) =>
      pieces.piece(() => {
        loaded.push(name);
        brings.forEach((each) => one(each));
        return Promise.resolve(shows(name));
      });
    one('desktop', ['drawer', 'list']);
    one('bell');
    await pieces.loadPieces(() => loaded.length < 3);
    expect(loaded).toEqual(['desktop', 'bell', 'drawer']);
    await pieces.loadPieces(() => true);
    expect(loaded).toEqual(['desktop', 'bell', 'drawer', 'list']);
  });
});
