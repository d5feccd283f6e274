"""Remove FFmpeg, and OpenSSL with it, from an installed OpenCV: the app reads no video.

    python deploy/remove_ffmpeg.py SITE_PACKAGES

OpenCV's wheel links its one extension module against both, so that every process that imports cv2
has them in memory. Without them a function of FFmpeg is at address 0, and cv2.VideoCapture must not
try it: set OPENCV_VIDEOIO_PRIORITY_FFMPEG=0.
"""

import sys
from pathlib import Path

import lief

FFMPEG = ("libavcodec", "libavformat", "libavutil", "libswscale")
# What only FFmpeg uses.
NEEDED_BY_FFMPEG = ("libswresample", "libvpx", "libssl", "libcrypto", "libdrm")


def unlink_ffmpeg(module: Path, libraries: Path) -> None:
    """Change an extension module so that it is loaded without FFmpeg.

    Parameters
    ----------
    module
        The extension module of OpenCV.
    libraries
        The folder with the libraries that it is linked against.
    """
    binary = lief.ELF.parse(module)
    linked = [name for name in binary.libraries if str(name).startswith(FFMPEG)]
    exported = {
        function.name
        for name in linked
        for function in lief.ELF.parse(libraries / str(name)).exported_functions
    }
    for symbol in binary.imported_symbols:
        if symbol.name in exported:
            symbol.binding = lief.ELF.Symbol.BINDING.WEAK  # may be missing
            symbol.symbol_version.as_global()
    for name in linked:
        binary.remove_version_requirement(name)
        binary.remove_library(name)
    binary.write(module)


def main(site_packages: Path) -> None:
    """Remove the libraries from an OpenCV in this folder, or exit where it has none of them."""
    folder = site_packages / "opencv_python_headless.libs"
    unlink_ffmpeg(site_packages / "cv2" / "cv2.abi3.so", folder)
    removed = [path for path in folder.iterdir() if path.name.startswith(FFMPEG + NEEDED_BY_FFMPEG)]
    if not removed:
        sys.exit(f"{folder} has no FFmpeg: this step is not needed any more")
    for path in removed:
        path.unlink()
        print(f"Removed {path.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
