import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Drawer, Form, Input, Select, Table, Typography } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { Named, WallboardLink } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { privateClass } from '@/shared/components/private';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { asZoned, dateTime } from '@/shared/format/time';

interface Values {
  name: string;
  expires_at?: Dayjs | null;
  networks?: string[];
}

/** The links that open one board without signing in; each secret is shown once. */
export function Links({ board, close }: { board: Named | null; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={board !== null}
      onClose={close}
      title={t('wallboard.linksOf', { name: board?.name ?? '' })}
      size={640}
      destroyOnHidden
    >
      {board ? <List board={board} /> : null}
    </Drawer>
  );
}

function List({ board }: { board: Named }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const report = useReportError();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [made, setMade] = useState<WallboardLink | null>(null);
  const [busy, setBusy] = useState(false);
  const path = `/wallboards/${board.id}/links`;
  const links = useQuery({ queryKey: [path], queryFn: () => api.get<WallboardLink[]>(path), staleTime: 0 });
  const refresh = () => queries.invalidateQueries({ queryKey: [path] });
  const make = async ({ name, expires_at, networks }: Values) => {
    setBusy(true);
    try {
      const ends = expires_at ? asZoned(expires_at).toISOString() : null;
      setMade(await api.post<WallboardLink>(path, { name, expires_at: ends, networks: networks ?? [] }));
      form.resetFields();
      await refresh();
    } catch (error) {
      const field = error instanceof ApiError ? error.field?.split('.')[0] : null;
      if (error instanceof ApiError && (field === 'networks' || field === 'expires_at' || field === 'name'))
        form.setFields([{ name: field, errors: [error.message] }]);
      else report(error);
    } finally {
      setBusy(false);
    }
  };
  const revoke = (link: WallboardLink) =>
    modal.confirm({
      title: t('wallboard.revokeTitle', { name: link.name }),
      content: t('wallboard.revokeText'),
      okText: t('wallboard.revoke'),
      cancelText: t('common.cancel'),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await api.delete(`${path}/${link.id}`);
          if (made?.id === link.id) setMade(null);
          await refresh();
        } catch (error) {
          report(error);
        }
      },
    });
  return (
    <div className="hj-stack">
      <p className="hj-quiet">{t('wallboard.linksLead')}</p>
      {made?.secret ? (
        <Alert
          type="success"
          showIcon
          title={t('wallboard.once', { name: made.name })}
          description={
            <Typography.Text copyable className={privateClass} data-testid="link-address">
              {`${window.location.origin}/board#${made.secret}`}
            </Typography.Text>
          }
        />
      ) : null}
      {links.isPending ? (
        <LoadingView rows={3} />
      ) : links.isError ? (
        <ErrorView error={links.error} retry={() => void links.refetch()} />
      ) : (
        <Table<WallboardLink>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={links.data}
          locale={{ emptyText: <EmptyView what={t('wallboard.noLinks')} /> }}
          columns={[
            { title: t('wallboard.place'), dataIndex: 'name' },
            {
              title: t('wallboard.until'),
              dataIndex: 'expires_at',
              render: (at: string | null) => (at ? dateTime(at) : t('wallboard.noEnd')),
            },
            {
              title: t('wallboard.from'),
              dataIndex: 'networks',
              render: (networks: string[]) => networks.join(', ') || t('wallboard.anywhere'),
            },
            {
              title: t('wallboard.made'),
              key: 'made',
              render: (_, link) => `${link.created_by_name}, ${dateTime(link.created_at)}`,
            },
            {
              key: 'actions',
              align: 'right',
              render: (_, link) => (
                <Button
                  size="small"
                  type="text"
                  danger
                  onClick={() => revoke(link)}
                  data-testid="link-revoke"
                >
                  {t('wallboard.revoke')}
                </Button>
              ),
            },
          ]}
        />
      )}
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={(values) => void make(values)}
        className="hj-link-form"
      >
        <h3>{t('wallboard.newLink')}</h3>
        <Form.Item
          name="name"
          label={t('wallboard.place')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input maxLength={60} placeholder={t('wallboard.placeExample')} data-testid="link-name" />
        </Form.Item>
        <Form.Item name="expires_at" label={t('wallboard.until')} extra={t('wallboard.untilHint')}>
          <DatePicker showTime={{ format: 'HH:mm' }} />
        </Form.Item>
        <Form.Item name="networks" label={t('wallboard.from')} extra={t('wallboard.fromHint')}>
          <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', ' ', ';']} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="link-make">
          {t('wallboard.makeLink')}
        </Button>
      </Form>
    </div>
  );
}
