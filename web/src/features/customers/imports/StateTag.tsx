import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CustomerImport } from '@/shared/api/types';

const colors: Partial<Record<CustomerImport['state'], string>> = {
  checking: 'processing',
  importing: 'processing',
  taking_back: 'processing',
  checked: 'gold',
  done: 'success',
  failed: 'error',
};

export function StateTag({ one }: { one: CustomerImport }) {
  const { t } = useTranslation();
  return <Tag color={colors[one.state]}>{t(`customerImport.state.${one.state}`)}</Tag>;
}
