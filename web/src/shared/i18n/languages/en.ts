import antd from 'antd/locale/en_US';
import texts from '../en.json';

export { antd, texts };
