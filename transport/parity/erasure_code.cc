#include "transport/parity/erasure_code.hh"

#include <algorithm>
#include <array>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

// GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1, in which x generates all of it but 0.
constexpr int kPolynomial = 0x11d;

struct Field {
  std::array<std::uint8_t, 510> power{};  // of x, twice over, so that sums of logarithms need no modulo
  std::array<std::uint8_t, 256> logarithm{};

  constexpr Field() {
    int value = 1;
    for (std::size_t i = 0; i < 255; ++i) {
      power[i] = power[i + 255] = static_cast<std::uint8_t>(value);
      logarithm[static_cast<std::size_t>(value)] = static_cast<std::uint8_t>(i);
      value <<= 1;
      if (value > 255) value ^= kPolynomial;
    }
  }
  constexpr std::uint8_t multiply(std::uint8_t a, std::uint8_t b) const {
    return a == 0 || b == 0 ? 0 : power[std::size_t{logarithm[a]} + logarithm[b]];
  }
  constexpr std::uint8_t invert(std::uint8_t a) const { return power[255u - logarithm[a]]; }
};
constexpr Field kField;

std::uint8_t coefficient(std::uint32_t row, std::uint32_t fragment) {
  return kField.invert(static_cast<std::uint8_t>((255 - row) ^ fragment));
}

// to += factor * from, as far as `from` goes.
void add_multiple(std::span<std::uint8_t> to, Bytes from, std::uint8_t factor) {
  std::array<std::uint8_t, 256> product;
  for (std::size_t i = 0; i < product.size(); ++i)
    product[i] = kField.multiply(static_cast<std::uint8_t>(i), factor);
  for (std::size_t i = 0; i < from.size(); ++i) to[i] ^= product[from[i]];
}

void scale(std::span<std::uint8_t> row, std::uint8_t factor) {
  for (std::uint8_t& byte : row) byte = kField.multiply(byte, factor);
}

// Solves `matrix` * x = right for the rows x (Gauss and Jordan); every square part of a Cauchy matrix can be.
void solve(std::vector<ByteVector>& matrix, std::vector<ByteVector>& right) {
  for (std::size_t pivot = 0; pivot < matrix.size(); ++pivot) {
    std::size_t from = pivot;
    while (matrix[from][pivot] == 0) ++from;
    std::swap(matrix[from], matrix[pivot]);
    std::swap(right[from], right[pivot]);
    const std::uint8_t inverse = kField.invert(matrix[pivot][pivot]);
    scale(matrix[pivot], inverse);
    scale(right[pivot], inverse);
    for (std::size_t other = 0; other < matrix.size(); ++other) {
      const std::uint8_t factor = matrix[other][pivot];
      if (other == pivot || factor == 0) continue;
      add_multiple(matrix[other], matrix[pivot], factor);
      add_multiple(right[other], right[pivot], factor);
    }
  }
}

}  // namespace

ByteVector parity_row(Bytes frame, std::uint32_t fragments, std::uint32_t row) {
  SKIRRET_CHECK(fragments >= 1 && fragments <= kMaxParityFragments && row < kMaxParityRows);
  ByteVector sum(longest_fragment(frame.size(), fragments));
  for (std::uint32_t i = 0; i < fragments; ++i) {
    const std::size_t begin = fragment_begin(frame.size(), i, fragments);
    const std::size_t end = fragment_begin(frame.size(), i + 1u, fragments);
    add_multiple(sum, frame.subspan(begin, end - begin), coefficient(row, i));
  }
  return sum;
}

bool rebuild(std::span<std::uint8_t> frame, const std::vector<bool>& have,
             const std::map<std::uint32_t, ByteVector>& rows) {
  const auto fragments = static_cast<std::uint32_t>(have.size());
  const auto place = [&](std::uint32_t i) {
    const std::size_t begin = fragment_begin(frame.size(), i, fragments);
    return frame.subspan(begin, fragment_begin(frame.size(), i + 1u, fragments) - begin);
  };
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < fragments; ++i)
    if (!have[i]) missing.push_back(i);
  if (rows.size() < missing.size()) return false;
  std::vector<ByteVector> matrix;
  std::vector<ByteVector> right;
  for (auto row = rows.begin(); matrix.size() < missing.size(); ++row) {
    ByteVector factors;
    for (const std::uint32_t i : missing) factors.push_back(coefficient(row->first, i));
    ByteVector rest = row->second;
    for (std::uint32_t i = 0; i < fragments; ++i)
      if (have[i]) add_multiple(rest, place(i), coefficient(row->first, i));
    matrix.push_back(std::move(factors));
    right.push_back(std::move(rest));
  }
  solve(matrix, right);
  for (std::size_t k = 0; k < missing.size(); ++k) {
    const auto target = place(missing[k]);
    std::copy_n(right[k].begin(), target.size(), target.begin());
  }
  return true;
}

}  // namespace skirret::transport
