import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useDraggable,
  useSensor,
  useSensors,
  type DragEndEvent,
} from '@dnd-kit/core';
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { DeleteOutlined, HolderOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useState, type CSSProperties, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { all } from '@/shared/api/client';
import type { DataSource, LayoutSection } from '@/shared/api/types';
import { useCustomerFields } from '@/shared/customers/data';
import { callNames, customerNames, useItemLabel } from '@/shared/pop/labels';
import { PopLayout, SourceShown } from '@/shared/pop/PopLayout';
import { asShown, dropped, itemId, paletteId, sectionId, withItems } from './layout';
import './screen-pop.css';

interface Props {
  value?: LayoutSection[];
  onChange?: (sections: LayoutSection[]) => void;
}

/** A layout drawn by dragging fields into sections, beside what would be seen of a call. Everything can be done by keys:
 *  a field is added by its button, and taken by the space bar to be moved by the arrows. */
export function LayoutEditor({ value = [], onChange }: Props) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState(0);
  const change = (sections: LayoutSection[]) => onChange?.(sections);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const drop = ({ active, over }: DragEndEvent) => {
    if (over && active.id !== over.id) change(dropped(value, String(active.id), String(over.id)));
  };
  const add = (section: LayoutSection) => {
    change([...value, section]);
    setCurrent(value.length);
  };
  const target =
    value[current]?.kind === 'fields' ? current : value.findIndex(({ kind }) => kind === 'fields');
  const addField = (key: string) => {
    if (target >= 0) change(dropped(value, paletteId(key), sectionId(target)));
    else add({ kind: 'fields', title: '', items: [{ key, label: '' }] });
  };
  const replace = (at: number, section: LayoutSection) =>
    change(value.map((one, place) => (place === at ? section : one)));
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={drop}>
      <div className="hj-layout-editor" data-testid="layout-editor">
        <Palette add={addField} />
        <div className="hj-layout-sections">
          <SortableContext items={value.map((_, at) => sectionId(at))} strategy={verticalListSortingStrategy}>
            {value.map((section, at) => (
              <Section
                key={at}
                at={at}
                section={section}
                current={at === target}
                choose={() => setCurrent(at)}
                change={(next) => replace(at, next)}
                remove={() => change(value.filter((_, place) => place !== at))}
                removeItem={(item) =>
                  section.kind === 'fields'
                    ? change(
                        withItems(
                          value,
                          at,
                          section.items.filter((_, place) => place !== item),
                        ),
                      )
                    : undefined
                }
              />
            ))}
          </SortableContext>
          {value.length === 0 ? <p className="hj-faint">{t('layout.nothing')}</p> : null}
          <div className="hj-layout-add">
            {(['fields', 'source', 'contacts', 'call_backs'] as const).map((kind) => (
              <Button
                key={kind}
                size="small"
                icon={<PlusOutlined />}
                onClick={() => add(fresh(kind))}
                data-testid={`add-section-${kind}`}
              >
                {t(`pop.section.${kind}`)}
              </Button>
            ))}
          </div>
        </div>
        <Preview sections={value} />
      </div>
    </DndContext>
  );
}

function fresh(kind: LayoutSection['kind']): LayoutSection {
  if (kind === 'fields') return { kind, title: '', items: [] };
  if (kind === 'source') return { kind, title: '', source_id: '', items: [], columns: [] };
  return { kind, title: '' };
}

function Palette({ add }: { add: (key: string) => void }) {
  const { t } = useTranslation();
  const own = useCustomerFields();
  const [variable, setVariable] = useState('');
  const named = /^[a-z][a-z0-9_]{0,63}$/.test(variable);
  const addVariable = () => {
    if (!named) return;
    add(`vars.${variable}`);
    setVariable('');
  };
  const ofCustomer = [...customerNames, ...own.map(({ key }) => key)];
  return (
    <div className="hj-layout-palette">
      <h4>{t('layout.ofCustomer')}</h4>
      {ofCustomer.map((name) => (
        <PaletteField key={name} name={`customer.${name}`} add={add} />
      ))}
      <h4>{t('layout.ofCall')}</h4>
      {callNames.map((name) => (
        <PaletteField key={name} name={`call.${name}`} add={add} />
      ))}
      <h4>{t('layout.ofFlow')}</h4>
      <Input
        size="small"
        className="hj-mono"
        value={variable}
        onChange={(event) => setVariable(event.target.value.trim())}
        onPressEnter={(event) => {
          event.preventDefault();
          addVariable();
        }}
        placeholder="account"
        aria-label={t('layout.variable')}
        suffix={
          <Button
            type="text"
            size="small"
            icon={<PlusOutlined />}
            disabled={!named}
            onClick={addVariable}
            aria-label={t('layout.addVariable')}
          />
        }
        data-testid="layout-variable"
      />
    </div>
  );
}

function PaletteField({ name, add }: { name: string; add: (key: string) => void }) {
  const labelOf = useItemLabel();
  const { setNodeRef, listeners, transform, isDragging } = useDraggable({ id: paletteId(name) });
  return (
    <button
      ref={setNodeRef}
      type="button"
      className="hj-layout-field"
      style={placed(transform, isDragging)}
      onClick={() => add(name)}
      onPointerDown={listeners?.onPointerDown as never}
      data-testid={`palette-${name}`}
    >
      {labelOf(name)}
    </button>
  );
}

interface SectionProps {
  at: number;
  section: LayoutSection;
  current: boolean;
  choose: () => void;
  change: (section: LayoutSection) => void;
  remove: () => void;
  removeItem: (at: number) => void;
}

function Section({ at, section, current, choose, change, remove, removeItem }: SectionProps) {
  const { t } = useTranslation();
  const name = section.title ? section.title : t(`pop.section.${section.kind}`);
  return (
    <Sortable
      id={sectionId(at)}
      className="hj-layout-section"
      handle={t('layout.move', { name })}
      current={current}
      onFocus={choose}
      head={
        <>
          <Input
            size="small"
            value={section.title}
            maxLength={60}
            placeholder={t(`pop.section.${section.kind}`)}
            aria-label={t('layout.title')}
            onChange={(event) => change({ ...section, title: event.target.value })}
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            onClick={remove}
            aria-label={t('layout.remove', { name })}
          />
        </>
      }
    >
      {section.kind === 'fields' ? (
        <Fields at={at} section={section} change={change} removeItem={removeItem} />
      ) : null}
      {section.kind === 'source' ? <SourceChoice section={section} change={change} /> : null}
    </Sortable>
  );
}

function Fields({
  at,
  section,
  change,
  removeItem,
}: {
  at: number;
  section: Extract<LayoutSection, { kind: 'fields' }>;
  change: (section: LayoutSection) => void;
  removeItem: (at: number) => void;
}) {
  const { t } = useTranslation();
  const labelOf = useItemLabel();
  const items = section.items;
  const rename = (place: number, label: string) =>
    change({ ...section, items: items.map((one, each) => (each === place ? { ...one, label } : one)) });
  return (
    <SortableContext items={items.map((_, item) => itemId(at, item))} strategy={verticalListSortingStrategy}>
      {items.length === 0 ? <p className="hj-faint">{t('layout.dragHere')}</p> : null}
      {items.map(({ key, label }, item) => (
        <Sortable
          key={key}
          id={itemId(at, item)}
          className="hj-layout-item"
          handle={t('layout.move', { name: labelOf(key) })}
          testId={`item-${key}`}
          head={
            <>
              <Input
                size="small"
                variant="borderless"
                value={label}
                maxLength={60}
                placeholder={labelOf(key)}
                title={key}
                aria-label={t('layout.label', { name: labelOf(key) })}
                onChange={(event) => rename(item, event.target.value)}
              />
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                onClick={() => removeItem(item)}
                aria-label={t('layout.remove', { name: labelOf(key) })}
              />
            </>
          }
        />
      ))}
    </SortableContext>
  );
}

function SourceChoice({
  section,
  change,
}: {
  section: Extract<LayoutSection, { kind: 'source' }>;
  change: (section: LayoutSection) => void;
}) {
  const { t } = useTranslation();
  const { data: sources = [] } = useQuery({
    queryKey: ['/data-sources', 'all'],
    queryFn: () => all<DataSource>('/data-sources'),
  });
  const source = sources.find(({ id }) => id === section.source_id);
  const named = (keys: string[], before: { key: string; label: string }[] | undefined) =>
    keys.map((key) => before?.find((one) => one.key === key) ?? { key, label: '' });
  return (
    <div className="hj-layout-source">
      <Select
        size="small"
        value={section.source_id || undefined}
        options={sources.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(source_id: string) => change({ ...section, source_id, items: [] })}
        placeholder={t('layout.source')}
        aria-label={t('layout.source')}
        data-testid="layout-source"
      />
      <Select
        size="small"
        mode="multiple"
        value={section.items.map(({ key }) => key)}
        options={(source?.results ?? []).map(({ variable }) => ({ value: variable, label: variable }))}
        onChange={(keys: string[]) => change({ ...section, items: named(keys, section.items) })}
        placeholder={t('layout.results')}
        aria-label={t('layout.results')}
        data-testid="layout-results"
      />
      <Select
        size="small"
        mode="tags"
        open={false}
        suffix={null}
        tokenSeparators={[',', ' ']}
        disabled={!source?.rows}
        value={section.columns.map(({ key }) => key)}
        onChange={(keys: string[]) => change({ ...section, columns: named(keys, section.columns) })}
        placeholder={t(source && !source.rows ? 'layout.noRows' : 'layout.columns')}
        aria-label={t('layout.columns')}
        data-testid="layout-columns"
      />
      {section.columns.map((column, at) => (
        <Input
          key={column.key}
          size="small"
          value={column.label}
          maxLength={60}
          prefix={<span className="hj-faint hj-mono">{column.key}</span>}
          aria-label={t('layout.label', { name: column.key })}
          onChange={(event) =>
            change({
              ...section,
              columns: section.columns.map((one, place) =>
                place === at ? { ...one, label: event.target.value } : one,
              ),
            })
          }
        />
      ))}
    </div>
  );
}

interface SortableProps {
  id: string;
  className: string;
  handle: string;
  head: ReactNode;
  children?: ReactNode;
  current?: boolean;
  onFocus?: () => void;
  testId?: string;
}

function Sortable({ id, className, handle, head, children, current, onFocus, testId }: SortableProps) {
  const { setNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id });
  return (
    <div
      ref={setNodeRef}
      className={className}
      style={{ ...placed(transform, isDragging), transition }}
      data-current={current}
      onFocus={onFocus}
      data-testid={testId ?? id}
    >
      <div className="hj-layout-head">
        <button type="button" className="hj-layout-handle" {...attributes} {...listeners} aria-label={handle}>
          <HolderOutlined aria-hidden />
        </button>
        {head}
      </div>
      {children}
    </div>
  );
}

function placed(transform: { x: number; y: number } | null, dragged: boolean): CSSProperties {
  return {
    transform: transform ? `translate3d(${transform.x}px, ${transform.y}px, 0)` : undefined,
    zIndex: dragged ? 2 : undefined,
    opacity: dragged ? 0.8 : undefined,
  };
}

/** What an agent would see, with example values. */
function Preview({ sections }: { sections: LayoutSection[] }) {
  const { t, i18n } = useTranslation();
  const example = (key: string): string => {
    const known = `layout.example.${key.replace('.', '_')}`;
    return i18n.exists(known) ? t(known as never) : t('layout.example.other');
  };
  return (
    <div className="hj-layout-preview">
      <h4>{t('layout.preview')}</h4>
      <PopLayout
        sections={asShown(sections, example)}
        contacts={<p className="hj-faint">{t('layout.example.contacts')}</p>}
        source={(section) => (
          <SourceShown
            section={section}
            answer={{
              outcome: 'ok',
              values: Object.fromEntries(section.items.map(({ key }) => [key, example(key)])),
              rows: [0, 1].map(() =>
                Object.fromEntries(section.columns.map(({ key }) => [key, example(key)])),
              ),
            }}
          />
        )}
      />
    </div>
  );
}
