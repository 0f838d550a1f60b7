// lint-staged passes the staged files' paths and stages what the task changes.
export default {
  '*.{jpg,jpeg,jpe,jfif,png,apng,webp,JPG,JPEG,JPE,JFIF,PNG,APNG,WEBP}': 'exifence scrub --',
};
