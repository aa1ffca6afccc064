/** The dictionary of traditional and simplified characters, which comes without types. */
declare module 'pinyin-match/es/traditional.js' {
  import pinyin from 'pinyin-match';
  export default pinyin;
}
