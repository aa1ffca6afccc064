import { describe, expect, it } from 'vitest';
import { flowPlace, knownProblem } from './problemText';

describe('knownProblem', () => {
  it.each([
    ['the flow goes in a ring without anything to wait for', 'ringing', {}],
    ['size(a) > 1: over the time that an expression may take', 'slow', {}],
    ['a.all(b, b): INTERNAL: Iteration budget exceeded [INTERNAL]', 'slow', {}],
    ['a: it took more time than an expression may, and is left out for a minute', 'slow', {}],
    ['the call has gone through 10000 steps', 'longCall', { most: '10000' }],
    [
      'the variables of the call would take 61000 bytes; 50000 at most',
      'muchData',
      { size: '61000', most: '50000' },
    ],
    [
      'a + a: a value of 20000 characters and members; 10000 at most',
      'largeValue',
      { size: '20000', most: '10000' },
    ],
    ['4100 characters; 2000 at most', 'longExpression', { size: '4100', most: '2000' }],
  ])('knows: %s', (problem, name, figures) => {
    expect(knownProblem(problem)).toEqual({ name, figures: { size: '', most: '', ...figures } });
  });

  it('leaves the words of the expression language alone', () => {
    expect(knownProblem('no such variable: grade')).toBeNull();
  });
});

describe('flowPlace', () => {
  it('names step and field, also of a step that ended the flow', () => {
    expect(flowPlace('主菜单 › 等级 › values.grade')).toEqual({ step: '等级', field: 'values.grade' });
    expect(flowPlace('主菜单 › 等级')).toEqual({ step: '等级', field: '' });
  });
});
