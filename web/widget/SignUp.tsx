/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { Acts, State } from './chat';
import type { Field, Refused } from './server';
import { type Language, languageNames, type Texts, texts } from './texts';

/** What is wrong with a field as it is filled in, or null. */
export function wrong(field: Field, value: string, t: Texts): string | null {
  const text = value.trim();
  if (!text) return field.required ? t.required : null;
  if (field.kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return t.email;
  if (field.kind === 'phone' && (!/^\+?[\d\s().-]+$/.test(text) || text.replace(/\D/g, '').length < 3))
    return t.phone;
  return null;
}

export function problemText(problem: Refused, t: Texts): string {
  if (problem.status === 429 && problem.retryAfterSeconds > 0) return t.tooMany(problem.retryAfterSeconds);
  return problem.message || t.failed;
}

// The type of one of them stands for all: each is an input without a list.
const types = { text: 'text', email: 'email', phone: 'tel' } as unknown as Record<Field['kind'], 'tel'>;
const fills = { text: 'name', email: 'email', phone: 'tel' } as const;

/** Who the visitor is, as far as the tenant asks, and the language of the conversation. */
export function SignUp({ state, acts }: { state: State; acts: Acts }) {
  const { entry, language, problem } = state;
  const t = texts[language];
  const [values, setValues] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);
  if (!entry) return null;
  const welcome = entry.welcome[language];
  const errorOf = (field: Field) =>
    problem?.field?.split('.').at(-1) === field.key
      ? problemText(problem, t)
      : tried
        ? wrong(field, values[field.key] ?? '', t)
        : null;
  const begin = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const bad = entry.fields.find((field) => wrong(field, values[field.key] ?? '', t));
    if (bad) {
      const form = event.currentTarget as HTMLFormElement;
      (form.elements.namedItem(bad.key) as HTMLElement | null)?.focus();
      return;
    }
    const filled = entry.fields.map((field) => [field.key, (values[field.key] ?? '').trim()] as const);
    acts.begin(Object.fromEntries(filled.filter(([, value]) => value)));
  };
  return (
    <form class="sign-up" noValidate onSubmit={begin}>
      {welcome ? <p class="welcome">{welcome}</p> : null}
      {entry.languages.length > 1 ? (
        <label>
          <span>{t.language}</span>
          <select
            value={language}
            onChange={({ currentTarget }) => acts.setLanguage(currentTarget.value as Language)}
          >
            {entry.languages.map((one) => (
              <option key={one} value={one}>
                {languageNames[one]}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {entry.fields.map((field) => {
        const error = errorOf(field);
        const id = `error-${field.key}`;
        return (
          <label key={field.key}>
            <span>
              {field.label[language] ?? Object.values(field.label)[0] ?? field.key}
              {field.required ? <b aria-hidden="true"> *</b> : null}
            </span>
            <input
              name={field.key}
              type={types[field.kind]}
              autoComplete={field.kind === 'text' && field.key !== 'name' ? 'off' : fills[field.kind]}
              maxLength={200}
              value={values[field.key] ?? ''}
              required={field.required}
              aria-invalid={error !== null}
              aria-describedby={error ? id : undefined}
              onInput={({ currentTarget }) => setValues({ ...values, [field.key]: currentTarget.value })}
            />
            {error ? (
              <small class="wrong" id={id}>
                {error}
              </small>
            ) : null}
          </label>
        );
      })}
      {problem && !problem.field ? (
        <p role="alert" class="wrong">
          {problemText(problem, t)}
        </p>
      ) : null}
      <button type="submit" class="strong wide" disabled={state.busy}>
        {t.begin}
      </button>
    </form>
  );
}
