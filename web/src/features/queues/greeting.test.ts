import { expect, test } from 'vitest';
import type { Prompt } from '@/shared/api/types';
import { greetings } from './greeting';

const prompt = (name: string, language = 'zh-CN') =>
  ({ id: `${name}.${language}`, name, language }) as Prompt;

test('a prompt is one choice in all its languages', () => {
  const [only, ...others] = greetings([prompt('hello'), prompt('hello', 'en')], ['1001']);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ name: 'hello', agents: null });
  expect(only?.prompts.map(({ language }) => language)).toEqual(['zh-CN', 'en']);
});

test('prompts with agents’ numbers are a family, which comes first', () => {
  const prompts = [prompt('a'), prompt('hello_1001'), prompt('hello_1002'), prompt('hello_1002', 'en')];
  const found = greetings(prompts, ['1001', '1002', '1003']);
  expect(found[0]).toMatchObject({ name: 'hello_{number}', agents: 2 });
  expect(found[0]?.prompts.map(({ name }) => name)).toEqual(['hello_1001']);
  expect(found.map(({ name }) => name)).toContain('hello_1002');
});

test('a number inside another one is none', () => {
  expect(greetings([prompt('hello_10012')], ['1001']).map(({ name }) => name)).toEqual(['hello_10012']);
});
