// Records between pytest and a driver: little-endian int32, int64, float and
// double, and bytes and lists after their length, on stdin and stdout.

#ifndef SHOPCAM_TESTS_CAMERA_RECORDS_H_
#define SHOPCAM_TESTS_CAMERA_RECORDS_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

inline bool ReadBytes(void* to, size_t size) {
  return std::fread(to, 1, size, stdin) == size;
}

template <typename Number>
bool ReadNumber(Number* value) {
  return ReadBytes(value, sizeof(*value));
}

inline bool ReadInt(int32_t* value) { return ReadNumber(value); }

inline bool ReadText(std::string* text) {
  int32_t size = 0;
  if (!ReadInt(&size)) return false;
  text->resize(static_cast<size_t>(size));
  return size == 0 || ReadBytes(&(*text)[0], text->size());
}

inline void WriteInt(size_t value) {
  const int32_t written = static_cast<int32_t>(value);
  std::fwrite(&written, sizeof(written), 1, stdout);
}

template <typename Number>
void WriteNumber(Number value) {
  std::fwrite(&value, sizeof(value), 1, stdout);
}

inline void WriteFloat(float value) { WriteNumber(value); }

inline void WriteText(const std::string& text) {
  WriteInt(text.size());
  std::fwrite(text.data(), 1, text.size(), stdout);
}

inline void WriteFloats(const std::vector<float>& values) {
  WriteInt(values.size());
  for (const float value : values) WriteFloat(value);
}

inline void ReadFloats(std::vector<float>* values) {
  int32_t size = 0;
  ReadInt(&size);
  values->resize(static_cast<size_t>(size));
  if (size > 0) ReadBytes(values->data(), values->size() * sizeof(float));
}

inline void ReadTexts(std::vector<std::string>* texts) {
  int32_t size = 0;
  ReadInt(&size);
  texts->resize(static_cast<size_t>(size));
  for (std::string& text : *texts) ReadText(&text);
}

inline void WriteTexts(const std::vector<std::string>& texts) {
  WriteInt(texts.size());
  for (const std::string& text : texts) WriteText(text);
}

#endif  // SHOPCAM_TESTS_CAMERA_RECORDS_H_
