import { createRoot } from 'react-dom/client';
import '@/shared/i18n';
import './styles.css';
import { Application } from './Application';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element');
createRoot(root).render(<Application />);
