import { PlusOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Form, Input, Table, type FormInstance, type TableColumnsType } from 'antd';
import { useState, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError, type Query } from '@/shared/api/client';
import type { Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { useFocusFirst, useFocusReturns } from '@/shared/components/focus';
import { useGuardedClose } from '@/shared/components/unsaved';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import './catalogue.css';
import { useConfirmDelete } from './useConfirmDelete';

export interface CatalogueProps<Item extends { id: string }, Values extends object> {
  path: string;
  title: string;
  lead?: string;
  columns: TableColumnsType<Item>;
  nameOf: (item: Item) => string;
  emptyWhat: string;
  emptyHow: string;
  mayEdit: boolean;
  /** Which of them can still be changed; all by default. */
  mayChange?: (item: Item) => boolean;
  /** What the list is asked for besides the page and the search. */
  filter?: Query;
  /** The form's fields; `item` is null for a new one. */
  fields?: (item: Item | null, form: FormInstance<Values>) => ReactNode;
  /** What the form begins with; null for a new one. */
  values?: (item: Item | null) => Partial<Values>;
  /** What is sent for what the form holds. */
  body?: (values: Values, item: Item | null) => unknown;
  /** How a changed object is sent; PUT of the whole by default. */
  update?: (item: Item, body: unknown) => Promise<unknown>;
  mayDelete?: boolean;
  rowActions?: (item: Item) => ReactNode;
  panelTop?: (item: Item) => ReactNode;
  /** Above the list. */
  top?: ReactNode;
  /** Where in the form a field of the API is, when it has another name there. */
  fieldOf?: (field: string, values: Values) => (string | number)[];
  width?: number;
  testId: string;
}

/** A list of objects that administrators keep: found, made, changed and removed in one place. */
export function Catalogue<Item extends { id: string }, Values extends object>(
  props: CatalogueProps<Item, Values>,
) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const page = Number(text('page')) || 1;
  const query = { page, page_size: 50, q: text('q'), ...props.filter };
  const list = useQuery({
    queryKey: [props.path, query],
    queryFn: async () => {
      const answer = await api.get<Page<Item> | Item[]>(props.path, query);
      return Array.isArray(answer)
        ? { items: answer, total: answer.length, page: 1, page_size: answer.length }
        : answer;
    },
    placeholderData: keepPreviousData,
  });
  const editing = text('edit');
  const item = list.data?.items.find((one) => one.id === editing) ?? null;
  const open = (id: string) => props.fields && change({ edit: id });
  const own = props.columns.map((column, at) => ({
    ...column,
    // What is short stays in one line; names and lists of them take the room that there is.
    className: column.className ?? (column.align === 'right' ? 'hj-nowrap' : undefined),
    minWidth: column.minWidth ?? (at === 0 ? 140 : undefined),
  }));
  const columns: TableColumnsType<Item> = props.rowActions
    ? [
        ...own,
        {
          key: 'actions',
          align: 'right',
          render: (_, one) => <span className="hj-row-actions">{props.rowActions?.(one)}</span>,
        },
      ]
    : own;
  return (
    <div className="hj-page" data-testid={props.testId}>
      <PageHead
        title={props.title}
        lead={props.lead}
        actions={
          <>
            <Input.Search
              key={text('q')}
              allowClear
              placeholder={t('common.search')}
              aria-label={t('common.search')}
              defaultValue={text('q')}
              onSearch={(value) => change({ q: value, page: null })}
              style={{ width: 220 }}
            />
            {props.mayEdit && props.fields ? (
              <Button
                type="primary"
                icon={<PlusOutlined />}
                onClick={() => change({ edit: 'new' })}
                data-testid="new"
              >
                {t('common.add')}
              </Button>
            ) : null}
          </>
        }
      />
      {props.top}
      {list.isPending ? (
        <LoadingView rows={8} />
      ) : list.isError ? (
        <ErrorView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<Item>
            size="small"
            rowKey="id"
            columns={columns}
            dataSource={list.data.items}
            scroll={{ x: true }}
            pagination={
              list.data.total > query.page_size
                ? {
                    current: page,
                    pageSize: query.page_size,
                    total: list.data.total,
                    showSizeChanger: false,
                    showTotal: (total) => t('common.total', { number: total }),
                    onChange: (next) => change({ page: next === 1 ? null : next }),
                  }
                : false
            }
            locale={{
              emptyText: (
                <EmptyView
                  what={text('q') ? t('catalogue.nothingFound') : props.emptyWhat}
                  how={text('q') ? undefined : props.emptyHow}
                />
              ),
            }}
            onRow={(one) => ({
              className: props.fields ? 'hj-row-link' : '',
              tabIndex: props.fields ? 0 : undefined,
              // Not what is done with the buttons in the row, nor in a dialog that one of them has opened.
              onClick: ({ currentTarget, target }: MouseEvent<HTMLElement>) => {
                const of = target as HTMLElement;
                if (currentTarget.contains(of) && !of.closest('.hj-row-actions')) open(one.id);
              },
              onKeyDown: (event) => {
                if (event.key === 'Enter' && event.target === event.currentTarget) open(one.id);
              },
              ...({ 'data-testid': 'row', 'data-id': one.id } as object),
            })}
          />
        </div>
      )}
      {props.fields && (editing === 'new' || item) ? (
        <Editor key={editing} {...props} item={item} onClose={() => change({ edit: null })} />
      ) : null}
    </div>
  );
}

function Editor<Item extends { id: string }, Values extends object>({
  item,
  onClose,
  ...props
}: CatalogueProps<Item, Values> & { item: Item | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const queryClient = useQueryClient();
  const errorText = useErrorText();
  const report = useReportError();
  const confirmDelete = useConfirmDelete();
  useFocusReturns();
  const fields = useFocusFirst(item === null);
  const mayEdit = props.mayEdit && (item === null || (props.mayChange?.(item) ?? true));
  const [busy, setBusy] = useState(false);
  const { touch, close } = useGuardedClose(onClose);
  const refresh = () => queryClient.invalidateQueries({ queryKey: [props.path] });
  const save = async (values: Values) => {
    setBusy(true);
    try {
      const body = props.body ? props.body(values, item) : values;
      if (!item) await api.post(props.path, body);
      else if (props.update) await props.update(item, body);
      else await api.put(`${props.path}/${item.id}`, body);
      await refresh();
      message.success(t('common.saved'));
      onClose();
    } catch (error) {
      const field = error instanceof ApiError ? error.field : null;
      const name =
        field && props.fieldOf
          ? props.fieldOf(field, values)
          : field?.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
      const known = name && form.getFieldInstance(name) !== undefined;
      if (name && known) {
        form.setFields([{ name: name as never, errors: [errorText(error)] }]);
        form.scrollToField(name);
      } else report(error);
    } finally {
      setBusy(false);
    }
  };
  const remove = () => {
    if (!item) return;
    confirmDelete(props.nameOf(item), async () => {
      await api.delete(`${props.path}/${item.id}`);
      await refresh();
      message.success(t('common.deleted'));
      onClose();
    });
  };
  return (
    <Drawer
      open
      size={props.width ?? 460}
      title={item ? props.nameOf(item) : t('catalogue.newOne', { title: props.title })}
      onClose={close}
      footer={
        mayEdit ? (
          <div className="hj-editor-foot">
            {item && props.mayDelete !== false ? (
              <Button danger type="text" onClick={remove} data-testid="delete">
                {t('common.delete')}
              </Button>
            ) : (
              <span />
            )}
            <span className="hj-editor-foot-end">
              <Button onClick={close}>{t('common.cancel')}</Button>
              <Button type="primary" loading={busy} onClick={() => form.submit()} data-testid="save">
                {t('common.save')}
              </Button>
            </span>
          </div>
        ) : null
      }
    >
      {item && props.panelTop ? <div className="hj-editor-top">{props.panelTop(item)}</div> : null}
      <Form<Values>
        form={form}
        layout="vertical"
        disabled={!mayEdit}
        initialValues={props.values ? props.values(item) : (item ?? {})}
        scrollToFirstError
        onValuesChange={touch}
        onFinish={save}
      >
        <div ref={fields}>{props.fields?.(item, form)}</div>
        {/* The visible one is in the footer, outside the form; Enter needs one inside. */}
        <button type="submit" hidden />
      </Form>
    </Drawer>
  );
}
