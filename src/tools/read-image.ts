/**
 * An image file as a block that a model can look at, within the limits of the Messages API.
 */
import {ToolError} from '../core/errors.js';
import type {ToolResult} from '../core/types.js';
import type {ImageType} from './file-kind.js';

/** The API takes 5 MB of base64 an image, which is four characters for three bytes. */
export const maxImageBytes = ((5 * 1024 * 1024) / 4) * 3;
/** The API refuses an image that is wider or higher than this, in pixels. */
const maxSide = 8_000;

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** In pixels, as the image's own header gives them; null of one that is damaged. What looks at it is loaded with the first. */
async function sidesOf(
  bytes: Buffer,
  type: ImageType,
): Promise<{readonly width: number; readonly height: number} | null> {
  const [{imageSize}, {isWholeImage}] = await Promise.all([import('image-size'), import('./whole-image.js')]);
  if (!isWholeImage(bytes, type)) return null;
  try {
    const sides = imageSize(bytes);
    return sides.width > 0 && sides.height > 0 ? sides : null;
  } catch {
    return null;
  }
}

/** `bytes` is the image as far as it was kept, `size` its true length. */
export async function toImageResult(
  path: string,
  image: {readonly bytes: Buffer; readonly size: number; readonly mediaType: ImageType},
): Promise<ToolResult> {
  const {bytes, size, mediaType} = image;
  const shrink = 'Make a smaller copy with a command in Bash and read that.';
  if (size > maxImageBytes) {
    throw new ToolError(
      `${path} is an image of ${inMegabytes(size)}; the limit is ${inMegabytes(maxImageBytes)}. ${shrink}`,
    );
  }
  const sides = await sidesOf(bytes, mediaType);
  if (sides === null) {
    throw new ToolError(
      `${path} begins like an image but is damaged: cut off, or changed in its bytes. Tell the user, or look for a whole copy.`,
    );
  }
  const {width, height} = sides;
  if (width > maxSide || height > maxSide) {
    throw new ToolError(`${path} is an image of ${width}×${height} pixels; the limit is ${maxSide} a side. ${shrink}`);
  }
  const data = bytes.toString('base64');
  return {
    content: [{type: 'image', source: {type: 'base64', media_type: mediaType, data}}],
    display: {summary: `${mediaType.slice('image/'.length).toUpperCase()} image, ${width}×${height}`},
  };
}
