import { Navigate } from 'react-router';
import { useSession } from '@/shared/session/session';
import { firstPage } from './navigation';

export function Home() {
  return <Navigate to={firstPage(useSession())} replace />;
}
