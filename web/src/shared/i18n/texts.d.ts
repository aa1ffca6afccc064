/** A part of a language's file, by `web/texts.ts`. */
declare module 'texts:*' {
  const texts: object;
  export default texts;
}
