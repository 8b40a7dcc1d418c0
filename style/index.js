import './base.css';
import './strip.css';
import './figures.css';
