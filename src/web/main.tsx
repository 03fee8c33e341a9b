import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { applyTheme, storedTheme } from './data/theme.ts';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';
import './styles/drawing.css';

applyTheme(storedTheme());
const root = document.querySelector('#root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
