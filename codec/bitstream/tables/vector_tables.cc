#include "codec/bitstream/tables/vector_tables.hh"

namespace skirret::codec::tables {

const VectorTable kDefaultVectorProbabilities = {
    {{{162, 128, 225, 146, 172, 147, 214, 39, 156, 128, 129, 132, 75, 145, 178, 206, 239, 254, 254}},
     {{164, 128, 204, 170, 119, 235, 140, 230, 228, 128, 130, 130, 74, 148, 180, 203, 236, 254, 254}}}};

const VectorTable kVectorUpdateProbabilities = {
    {{{237, 246, 253, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 250, 250, 252, 254, 254}},
     {{231, 243, 245, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 251, 251, 254, 254, 254}}}};

}  // namespace skirret::codec::tables
