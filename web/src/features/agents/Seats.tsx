import { useTranslation } from 'react-i18next';
import type { Named } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { TextField } from '@/shared/catalogue/fields';
import { useRight } from '@/shared/session/session';

interface Seat extends Named {
  room: string;
  phone: string;
  address: string;
}

export function Seats() {
  const { t } = useTranslation();
  return (
    <Catalogue<Seat, Omit<Seat, 'id'>>
      path="/seats"
      testId="seats"
      title={t('page.seats')}
      lead={t('seat.lead')}
      nameOf={(seat) => seat.name}
      emptyWhat={t('seat.empty')}
      emptyHow={t('seat.emptyHow')}
      mayEdit={useRight('admin.people')}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        { title: t('seat.room'), dataIndex: 'room' },
        { title: t('seat.phone'), dataIndex: 'phone' },
        { title: t('seat.address'), dataIndex: 'address' },
      ]}
      values={(seat) => ({
        name: seat?.name ?? '',
        room: seat?.room ?? '',
        phone: seat?.phone ?? '',
        address: seat?.address ?? '',
      })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={40} />
          <TextField name="room" label={t('seat.room')} max={80} />
          <TextField name="phone" label={t('seat.phone')} max={40} />
          <TextField name="address" label={t('seat.address')} max={80} />
        </>
      )}
    />
  );
}
