import { describe, expect, it } from 'vitest';
import { nameOrder } from './order';

describe('nameOrder', () => {
  it('is by pinyin, by strokes or by letters, as the reader looks for names', () => {
    expect(['账单', '报修', '投诉'].sort(nameOrder('zh-CN'))).toEqual(['报修', '投诉', '账单']);
    expect(['龍華', '一班', '大安'].sort(nameOrder('zh-TW'))).toEqual(['一班', '大安', '龍華']);
    expect(['élan', 'Zoo', 'every'].sort(nameOrder('en'))).toEqual(['élan', 'every', 'Zoo']);
  });

  it('takes figures for numbers', () => {
    expect(['Desk 10', 'Desk 9'].sort(nameOrder('en'))).toEqual(['Desk 9', 'Desk 10']);
  });
});
