import { describe, expect, it } from 'vitest';
import { flowPlace } from './place';

describe('flowPlace', () => {
  it('names step and field, also of a step that ended the flow', () => {
    expect(flowPlace('主菜单 › 等级 › values.grade')).toEqual({ step: '等级', field: 'values.grade' });
    expect(flowPlace('主菜单 › 等级')).toEqual({ step: '等级', field: '' });
  });
});
