#pragma once

#include "cloudenc/thunk/function.hh"

// clang-format off
// Every function that a plan may name. Inputs are groups, outputs blobs in order; (t): transient from there on.
//
//   index       {a segment's parts to one}, more    -> what that one adds to the table of shown pictures, JSON
//                                                      [[time,width,height],…]; `more`: parts come after it
//   pictures    {a segment's parts}, first, count   -> (t) these of its pictures, one blob each
//   first_pass  {pictures}, skip                    -> statistics of all but the first `skip`, JSON
//   chunk       {pictures}, quantizers, effort      -> IVF by libvpx: a key frame and interframes
//   bridge      {IVF before, last picture before}, {IVF, first picture}, level
//                                                   -> IVF of that picture as an interframe from the end of the
//                                                      chunk before; the context it is parsed with
//   rebase      {IVF before | state}, {bridge, its context}, {IVF}, {pictures}, exact, level,
//               golden, state                   -> IVF of the chunk from that state; (t) the state after it
//   stitch      {IVFs}                              -> one IVF, proved to decode
//   score       {IVF}, {pictures}                   -> [[bytes, SSIM],…] of its frames, JSON
//   sound       {segments}, kbps, copy              -> one segment of Opus packets
// clang-format on
namespace skirret::cloudenc {

Registry all_functions();

}  // namespace skirret::cloudenc
