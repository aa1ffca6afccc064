import { duration } from '@/shared/format/format';

/** The marks along the top of a time line that ends at `end` seconds. */
export function TimeMarks({ marks, end }: { marks: number[]; end: number }) {
  return marks.map((mark, at) => (
    <span
      key={mark}
      className="hj-ring-mark"
      data-end={at === 0 ? 'first' : at === marks.length - 1 ? 'last' : undefined}
      style={{ insetInlineStart: `${(mark / end) * 100}%` }}
    >
      {duration(mark)}
    </span>
  ));
}
