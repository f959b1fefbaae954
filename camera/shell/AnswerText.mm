#import "shell/AnswerText.h"

#import "shell/Text.h"

static NSString* Joined(const std::vector<std::string>& path, NSString* separator) {
  if (path.size() < 2) return @"";
  NSMutableArray<NSString*>* levels = [NSMutableArray array];
  for (const std::string& level : path) [levels addObject:Text(level)];
  return [levels componentsJoinedByString:separator];
}

static NSString* Line(const shopcam::Recognition& recognition) {
  return [NSString stringWithFormat:@"%@, %@", Text(recognition.label.name),
                                    PercentText(recognition.confidence)];
}

NSString* PercentText(float confidence) {
  return [NSNumberFormatter localizedStringFromNumber:@(confidence)
                                          numberStyle:NSNumberFormatterPercentStyle];
}

NSString* PathText(const std::vector<std::string>& path) { return Joined(path, @" > "); }

NSString* SpokenPath(const std::vector<std::string>& path) { return Joined(path, @", "); }

NSString* OfferTitle(const shopcam::Offer& offer) {
  NSString* format = offer.is_parent ? NSLocalizedString(@"Show all in %@", nil)
                                     : NSLocalizedString(@"Find %@ in the shop", nil);
  return [NSString localizedStringWithFormat:format, Text(offer.name)];
}

NSString* SpokenWinner(const shopcam::Answer& answer) {
  return answer.shown.empty() ? @"" : Line(answer.shown.front());
}

NSString* SpokenAnswer(const shopcam::Answer& answer) {
  if (answer.shown.empty()) return @"";
  NSMutableArray<NSString*>* sentences = [NSMutableArray arrayWithObject:SpokenWinner(answer)];
  NSString* path = SpokenPath(answer.shown.front().label.path);
  if (path.length > 0) [sentences addObject:path];
  for (size_t i = 1; i < answer.shown.size(); ++i) [sentences addObject:Line(answer.shown[i])];
  return [sentences componentsJoinedByString:@". "];
}
