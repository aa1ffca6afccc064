import { useQuery } from '@tanstack/react-query';
import { Input, Select, TreeSelect } from 'antd';
import { useTranslation } from 'react-i18next';
import { all } from '@/shared/api/client';
import type { Disposition } from '@/shared/api/types';

interface Node {
  value: string;
  title: string;
  children: Node[];
}

function nodes(dispositions: Disposition[], parent: string | null = null): Node[] {
  return dispositions
    .filter((one) => one.parent_id === parent)
    .map((one) => ({ value: one.id, title: one.name, children: nodes(dispositions, one.id) }));
}

/** By result (with all below it), by what is missing, and by what stands in the note. */
export function SummaryFilters({
  text,
  change,
}: {
  text: (name: string) => string;
  change: (wanted: Record<string, string | null | undefined>) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['/dispositions', 'all'],
    queryFn: () => all<Disposition>('/dispositions'),
  });
  const result = text('disposition_id');
  return (
    <>
      <TreeSelect
        allowClear
        showSearch={{ treeNodeFilterProp: 'title' }}
        aria-label={t('column.disposition')}
        placeholder={t('column.disposition')}
        value={data && result ? result : undefined}
        style={{ width: 150 }}
        popupMatchSelectWidth={260}
        treeData={nodes(data ?? [])}
        onChange={(value: string | undefined) => change({ disposition_id: value })}
        data-testid="filter-disposition"
      />
      <Select
        allowClear
        aria-label={t('summaries.filter')}
        placeholder={t('summaries.filter')}
        value={text('summary') || (text('summary_agent_id') ? 'due' : undefined)}
        style={{ width: 130 }}
        options={[
          { value: 'none', label: t('summaries.without') },
          { value: 'due', label: t('summaries.due') },
        ]}
        onChange={(value: string | undefined) => change({ summary: value, summary_agent_id: null })}
        data-testid="filter-summary"
      />
      <Input.Search
        key={text('noted')}
        allowClear
        minLength={2}
        placeholder={t('summaries.noted')}
        aria-label={t('summaries.noted')}
        defaultValue={text('noted')}
        onSearch={(value) => change({ noted: value.trim().length > 1 ? value.trim() : null })}
        style={{ width: 170 }}
        data-testid="filter-noted"
      />
    </>
  );
}
