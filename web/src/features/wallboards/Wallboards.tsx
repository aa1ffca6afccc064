import { FullscreenOutlined, LinkOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { Tile, Wallboard } from '@/shared/api/types';
import { useConfirmDelete } from '@/shared/catalogue/useConfirmDelete';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useAct } from '@/shared/components/errors';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { Links } from './Links';
import { readyTiles } from './tiles';

/** A tenant's boards: made, opened, linked. Where there is none, a ready one is offered. */
export function Wallboards() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const confirmDelete = useConfirmDelete();
  const { busy, run } = useAct();
  const makes = useRight('wallboards');
  const [form] = Form.useForm<{ name: string }>();
  const [naming, setNaming] = useState(false);
  const [linked, setLinked] = useState<Wallboard | null>(null);
  const projects = useOptions('/projects');
  const boards = useQuery({
    queryKey: ['/wallboards'],
    queryFn: () => all<Wallboard>('/wallboards'),
    staleTime: 0,
  });
  const make = (name: string, tiles: Tile[]) =>
    run(async () => {
      const made = await api.post<Wallboard>('/wallboards', { name, tiles });
      await navigate(`/admin/wallboards/${made.id}`);
    });
  const ready = () => make(t('wallboard.readyName'), readyTiles(''));
  return (
    <div className="hj-page" data-testid="wallboards">
      <PageHead
        title={t('page.wallboards')}
        lead={t('wallboard.lead')}
        actions={
          makes ? (
            <Button
              type="primary"
              icon={<PlusOutlined />}
              onClick={() => setNaming(true)}
              data-testid="board-new"
            >
              {t('common.add')}
            </Button>
          ) : null
        }
      />
      {boards.isPending ? (
        <LoadingView rows={4} />
      ) : boards.isError ? (
        <ErrorView error={boards.error} retry={() => void boards.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<Wallboard>
            size="small"
            rowKey="id"
            pagination={boards.data.length > 50 ? { pageSize: 50 } : false}
            dataSource={boards.data}
            locale={{
              emptyText: (
                <EmptyView
                  what={t('wallboard.empty')}
                  how={t('wallboard.emptyHow')}
                  action={
                    makes ? (
                      <Button
                        type="primary"
                        loading={busy}
                        onClick={() => void ready()}
                        data-testid="board-ready"
                      >
                        {t('wallboard.ready')}
                      </Button>
                    ) : null
                  }
                />
              ),
            }}
            columns={[
              {
                title: t('common.name'),
                dataIndex: 'name',
                render: (name: string, board) => <Link to={`/admin/wallboards/${board.id}`}>{name}</Link>,
              },
              {
                title: t('wallboard.shows'),
                dataIndex: 'project_ids',
                render: (ids: string[] | null) =>
                  ids
                    ? ids.map((id) => projects.nameOf(id)).join(t('common.comma'))
                    : t('wallboard.wholeCompany'),
              },
              {
                title: t('wallboard.tiles'),
                key: 'tiles',
                render: (_, { tiles }) => tiles.length,
                align: 'right',
              },
              {
                key: 'actions',
                align: 'right',
                render: (_, board) => (
                  <>
                    <Button
                      size="small"
                      type="text"
                      icon={<FullscreenOutlined />}
                      href={`/board/${board.id}`}
                      target="_blank"
                    >
                      {t('wallboard.open')}
                    </Button>
                    <Button size="small" type="text" icon={<LinkOutlined />} onClick={() => setLinked(board)}>
                      {t('wallboard.links')}
                    </Button>
                    <Button
                      size="small"
                      type="text"
                      danger
                      onClick={() =>
                        confirmDelete(board.name, async () => {
                          await api.delete(`/wallboards/${board.id}`);
                          await queries.invalidateQueries({ queryKey: ['/wallboards'] });
                        })
                      }
                    >
                      {t('common.delete')}
                    </Button>
                  </>
                ),
              },
            ]}
          />
        </div>
      )}
      <Modal
        open={naming}
        title={t('wallboard.new')}
        okText={t('common.save')}
        cancelText={t('common.cancel')}
        confirmLoading={busy}
        onCancel={() => setNaming(false)}
        onOk={() => form.submit()}
        destroyOnHidden
      >
        <Form
          form={form}
          layout="vertical"
          preserve={false}
          onFinish={({ name }: { name: string }) => void make(name, [])}
        >
          <Form.Item
            name="name"
            label={t('common.name')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input maxLength={60} autoFocus data-testid="board-new-name" />
          </Form.Item>
        </Form>
      </Modal>
      <Links board={linked} close={() => setLinked(null)} />
    </div>
  );
}
