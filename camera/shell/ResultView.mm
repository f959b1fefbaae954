#import "shell/ResultView.h"

#import "shell/AnswerText.h"
#import "shell/Labels.h"
#import "shell/Links.h"
#import "shell/Text.h"

static const CGFloat kSpacing = 4;

@implementation ResultView {
  UIStackView* _summary;
  UILabel* _winner;
  UILabel* _path;
  UILabel* _others;
  UIButton* _shopButton;
  shopcam::Offer _offer;
}

- (instancetype)initWithFrame:(CGRect)frame {
  self = [super initWithFrame:frame];
  if (self) {
    _emptyText = @"";
    self.axis = UILayoutConstraintAxisVertical;
    self.spacing = 4 * kSpacing;
    [self makeSummary];
    __weak ResultView* weakSelf = self;
    _shopButton = MakeButton([UIButtonConfiguration filledButtonConfiguration], @"", ^{
      [weakSelf shopTapped];
    });
    [self addArrangedSubview:_summary];
    [self addArrangedSubview:_shopButton];
    [self showAnswer:shopcam::Answer()];
  }
  return self;
}

// One element for VoiceOver: five lines that change many times a second are
// nothing to step through.
- (void)makeSummary {
  _winner = MakeLabel(UIFontTextStyleTitle2);
  _path = MakeLabel(UIFontTextStyleSubheadline);
  _path.textColor = [UIColor secondaryLabelColor];
  _others = MakeLabel(UIFontTextStyleBody);
  _summary = [[UIStackView alloc] initWithArrangedSubviews:@[ _winner, _path, _others ]];
  _summary.axis = UILayoutConstraintAxisVertical;
  _summary.spacing = kSpacing;
  _summary.isAccessibilityElement = YES;
  _summary.accessibilityTraits =
      UIAccessibilityTraitStaticText | UIAccessibilityTraitUpdatesFrequently;
}

- (void)showAnswer:(const shopcam::Answer&)answer {
  const BOOL empty = answer.shown.empty();
  _winner.text = empty ? self.emptyText : [self lineOf:answer.shown.front()];
  _path.text = empty ? nil : PathText(answer.shown.front().label.path);
  _path.hidden = _path.text.length == 0;
  _others.text = [self othersOf:answer];
  _others.hidden = _others.text.length == 0;
  _summary.accessibilityLabel = empty ? self.emptyText : SpokenAnswer(answer);
  [self showOffer:answer];
}

- (void)showOffer:(const shopcam::Answer&)answer {
  _shopButton.hidden = !answer.has_offer || ShopURL(answer.offer.shop_url) == nil;
  // A button that is made anew with every frame could not be held down.
  const BOOL same = _offer.name == answer.offer.name && _offer.is_parent == answer.offer.is_parent;
  _offer = answer.offer;
  if (_shopButton.hidden || same) return;
  UIButtonConfiguration* look = [UIButtonConfiguration filledButtonConfiguration];
  look.title = OfferTitle(_offer);
  _shopButton.configuration = look;
}

- (NSString*)lineOf:(const shopcam::Recognition&)recognition {
  return [NSString stringWithFormat:@"%@  %@", Text(recognition.label.name),
                                    PercentText(recognition.confidence)];
}

- (NSString*)othersOf:(const shopcam::Answer&)answer {
  NSMutableArray<NSString*>* lines = [NSMutableArray array];
  for (size_t i = 1; i < answer.shown.size(); ++i) [lines addObject:[self lineOf:answer.shown[i]]];
  return [lines componentsJoinedByString:@"\n"];
}

- (void)shopTapped {
  if (self.openShop) self.openShop(_offer);
}

@end
