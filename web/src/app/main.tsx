import { createRoot } from 'react-dom/client';
import { languageReady } from '@/shared/i18n';
import './styles.css';
import { Application } from './Application';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element');
void languageReady.then(() => createRoot(root).render(<Application />));
