// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { forgetMilliseconds, stillThere, told, type Viewer } from './viewers';

const none: readonly Viewer[] = [];

describe('who views this screen', () => {
  it('is known until they leave', () => {
    const one = told(none, { view_id: 'a', what: 'on', by: 'Li' }, 1);
    expect(one).toEqual([{ id: 'a', by: 'Li', at: 1, pictures: 0 }]);
    expect(told(one, { view_id: 'b', what: 'on' }, 2).map(({ id, by }) => [id, by])).toEqual([
      ['a', 'Li'],
      ['b', null],
    ]);
    expect(told(one, { view_id: 'a', what: 'off' }, 2)).toEqual([]);
  });

  it('is forgotten after a silence', () => {
    const one = told(none, { view_id: 'a', what: 'on' }, 0);
    expect(stillThere(one, forgetMilliseconds - 1)).toBe(one);
    expect(stillThere(told(one, { view_id: 'a', what: 'on' }, 5), forgetMilliseconds)).toHaveLength(1);
    expect(stillThere(one, forgetMilliseconds)).toEqual([]);
  });

  it('may ask for the whole screen again', () => {
    const asked = told(told(none, { view_id: 'a', what: 'on' }, 0), { view_id: 'a', what: 'picture' }, 1);
    expect(asked[0]?.pictures).toBe(1);
    expect(told(asked, { view_id: 'a', what: 'on' }, 2)[0]?.pictures).toBe(1);
  });
});
