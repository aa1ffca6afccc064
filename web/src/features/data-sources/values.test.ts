// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { bodyOf, defaultOf, defaultText, formField, fresh, valuesOf } from './values';

describe('a data source in its form', () => {
  it.each([null, 5, 1.5, true, 'text', '5', 'true', 'null', '', '"quoted"', '{"a": 1}'])(
    'shows the default %j so that it comes back',
    (value) => expect(defaultOf(defaultText(value))).toEqual(value),
  );

  it('reads what is typed', () => {
    expect(['', '3', 'VIP', '"3"', 'false'].map(defaultOf)).toEqual([null, 3, 'VIP', '3', false]);
  });

  it('comes back as it was, with its secrets kept', () => {
    const { secrets, ...body } = bodyOf({ ...fresh, name: 'CRM', secrets: [{ name: 'token', value: 'x' }] });
    const source = { ...body, id: '1', secrets: ['token'] };
    expect(secrets).toEqual({ token: 'x' });
    expect(bodyOf(valuesOf(source))).toEqual({ ...body, secrets: { token: null } });
  });

  it('sends a body with POST only', () => {
    const http = { ...fresh.http, body: '{}' };
    expect(bodyOf({ ...fresh, http }).request).toMatchObject({ body: '' });
    expect(bodyOf({ ...fresh, http: { ...http, method: 'POST' } }).request).toMatchObject({ body: '{}' });
  });

  it('finds the fields that the API names', () => {
    const values = { ...fresh, secrets: [{ name: 'a' }, { name: 'token' }] };
    expect(formField('request.url', values)).toEqual(['http', 'url']);
    expect(formField('request.http.url', values)).toEqual(['http', 'url']);
    expect(formField('results.0.value', values)).toEqual(['results', 0, 'value']);
    expect(formField('secrets.token', values)).toEqual(['secrets', 1, 'value']);
  });
});
