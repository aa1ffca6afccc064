import { expect, it } from 'vitest';
import { inOrder } from './steady';

const items = (...ids: string[]) => ids.map((id) => ({ id }));

it('keeps the order while who is there changes', () => {
  expect(inOrder(items('c', 'new', 'a', 'newer'), ['a', 'gone', 'c'])).toEqual(
    items('a', 'c', 'new', 'newer'),
  );
});
