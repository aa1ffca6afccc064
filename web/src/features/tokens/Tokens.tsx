import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Table, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '@/shared/api/client';
import type { ApiToken } from '@/shared/api/types';
import { useConfirmDelete } from '@/shared/catalogue/useConfirmDelete';
import { useReportError } from '@/shared/components/errors';
import { privateClass } from '@/shared/components/private';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';

/** Keys for programs that use the API with this account's rights. */
export function Tokens() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const report = useReportError();
  const confirmDelete = useConfirmDelete();
  const [form] = Form.useForm<{ name: string }>();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<ApiToken | null>(null);
  const tokens = useQuery({ queryKey: ['/tokens'], queryFn: () => all<ApiToken>('/tokens') });
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['/tokens'] });
  const make = async ({ name }: { name: string }) => {
    try {
      setMade(await api.post<ApiToken>('/tokens', { name }));
      setMaking(false);
      await refresh();
    } catch (error) {
      report(error);
    }
  };
  return (
    <div className="hj-page">
      <PageHead
        title={t('page.tokens')}
        lead={t('token.lead')}
        actions={
          <Button type="primary" onClick={() => setMaking(true)}>
            {t('common.add')}
          </Button>
        }
      />
      {made?.token ? (
        <Alert
          type="success"
          showIcon
          closable
          style={{ marginBottom: 12 }}
          title={t('token.once', { name: made.name })}
          description={
            <div className={privateClass}>
              <Typography.Text copyable>{made.token}</Typography.Text>
            </div>
          }
        />
      ) : null}
      {tokens.isPending ? (
        <LoadingView rows={3} />
      ) : tokens.isError ? (
        <ErrorView error={tokens.error} retry={() => void tokens.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<ApiToken>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={tokens.data}
            locale={{ emptyText: <EmptyView what={t('token.empty')} how={t('token.emptyHow')} /> }}
            columns={[
              { title: t('common.name'), dataIndex: 'name' },
              {
                title: t('token.createdAt'),
                dataIndex: 'created_at',
                render: (value: string) => dateTime(value),
              },
              {
                title: t('token.lastUsedAt'),
                dataIndex: 'last_used_at',
                render: (value: string | null | undefined) => dateTime(value),
              },
              {
                key: 'actions',
                align: 'right',
                render: (_, token) => (
                  <Button
                    size="small"
                    type="text"
                    danger
                    onClick={() =>
                      confirmDelete(token.name, async () => {
                        await api.delete(`/tokens/${token.id}`);
                        await refresh();
                      })
                    }
                  >
                    {t('common.delete')}
                  </Button>
                ),
              },
            ]}
          />
        </div>
      )}
      <Modal
        open={making}
        title={t('token.new')}
        okText={t('common.save')}
        cancelText={t('common.cancel')}
        onCancel={() => setMaking(false)}
        onOk={() => form.submit()}
        destroyOnHidden
      >
        <Form form={form} layout="vertical" preserve={false} onFinish={make}>
          <Form.Item
            name="name"
            label={t('common.name')}
            extra={t('token.nameHint')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input maxLength={80} autoFocus />
          </Form.Item>
        </Form>
      </Modal>
    </div>
  );
}
