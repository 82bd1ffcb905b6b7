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

/** The sides as the image's own header gives them. Throws `ToolError` if it has none: the API would refuse the request. */
async function sidesOf(bytes: Uint8Array, path: string): Promise<{readonly width: number; readonly height: number}> {
  const {imageSize} = await import('image-size');
  try {
    return imageSize(bytes);
  } catch (error) {
    throw new ToolError(`${path} begins like an image but is damaged: it has no readable size.`, {cause: error});
  }
}

/** `bytes` is the image as far as it was kept, `size` its true length. */
export async function toImageResult(
  path: string,
  image: {readonly bytes: Uint8Array; readonly size: number; readonly mediaType: ImageType},
): Promise<ToolResult> {
  const {bytes, size, mediaType} = image;
  const shrink = 'Make a smaller copy with a command in Bash and read that.';
  if (size > maxImageBytes) {
    throw new ToolError(
      `${path} is an image of ${inMegabytes(size)}; the limit is ${inMegabytes(maxImageBytes)}. ${shrink}`,
    );
  }
  const {width, height} = await sidesOf(bytes, path);
  if (width > maxSide || height > maxSide) {
    throw new ToolError(`${path} is an image of ${width}×${height} pixels; the limit is ${maxSide} a side. ${shrink}`);
  }
  const data = Buffer.from(bytes).toString('base64');
  return {
    content: [{type: 'image', source: {type: 'base64', media_type: mediaType, data}}],
    display: {summary: `${mediaType.slice('image/'.length).toUpperCase()} image, ${width}×${height}`},
  };
}
