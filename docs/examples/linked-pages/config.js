/** Where agents reach hujiao: nobody else may talk with these pages. */
export const desktopOrigin = 'https://hujiao.example.com';
