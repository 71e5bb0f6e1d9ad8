#include "codec/syntax/probabilities.hh"

#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/bitstream/tables/vector_tables.hh"

namespace skirret::codec {

const Probabilities& Probabilities::defaults() {
  static const Probabilities made{tables::kDefaultCoefficientProbabilities,
                                  tables::kDefaultVectorProbabilities, tables::kDefaultLumaProbabilities,
                                  tables::kDefaultChromaProbabilities};
  return made;
}

}  // namespace skirret::codec
