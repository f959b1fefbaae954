#import "shell/ProductListView.h"

#import "shell/FrameRecognizer.h"

static const NSUInteger kLines = shopcam::Recognizer::kShown;
static const CGFloat kMargin = 16;

@implementation ProductListView {
  NSArray<UILabel*>* _lines;
  UIButton* _shopButton;
  NSURL* _shopURL;
}

- (instancetype)initWithFrame:(CGRect)frame {
  self = [super initWithFrame:frame];
  if (self) {
    self.backgroundColor = [[UIColor systemBackgroundColor] colorWithAlphaComponent:0.8];
    [self addStack];
  }
  return self;
}

- (void)addStack {
  UIStackView* stack = [[UIStackView alloc] init];
  stack.axis = UILayoutConstraintAxisVertical;
  stack.spacing = kMargin / 4;
  stack.translatesAutoresizingMaskIntoConstraints = NO;
  NSMutableArray<UILabel*>* lines = [NSMutableArray array];
  for (NSUInteger i = 0; i < kLines; ++i) {
    UILabel* line = [self lineWithStyle:i == 0 ? UIFontTextStyleTitle2 : UIFontTextStyleBody];
    [lines addObject:line];
    [stack addArrangedSubview:line];
  }
  _lines = lines;
  _shopButton = [self makeShopButton];
  [stack addArrangedSubview:_shopButton];
  [self addSubview:stack];
  UILayoutGuide* safe = self.safeAreaLayoutGuide;
  [NSLayoutConstraint activateConstraints:@[
    [stack.topAnchor constraintEqualToAnchor:self.topAnchor constant:kMargin],
    [stack.leadingAnchor constraintEqualToAnchor:safe.leadingAnchor constant:kMargin],
    [stack.trailingAnchor constraintEqualToAnchor:safe.trailingAnchor constant:-kMargin],
    [stack.bottomAnchor constraintEqualToAnchor:safe.bottomAnchor constant:-kMargin],
  ]];
}

- (UILabel*)lineWithStyle:(UIFontTextStyle)style {
  UILabel* line = [[UILabel alloc] init];
  line.font = [UIFont preferredFontForTextStyle:style];
  line.adjustsFontForContentSizeCategory = YES;
  line.textColor = [UIColor labelColor];
  line.numberOfLines = 0;
  return line;
}

- (UIButton*)makeShopButton {
  __weak ProductListView* weakSelf = self;
  UIAction* action = [UIAction actionWithHandler:^(UIAction* tapped) {
    [weakSelf shopTapped];
  }];
  UIButtonConfiguration* look = [UIButtonConfiguration filledButtonConfiguration];
  look.title = NSLocalizedString(@"Find it in the shop", nil);
  UIButton* button = [UIButton buttonWithConfiguration:look primaryAction:action];
  button.hidden = YES;
  return button;
}

- (void)showProducts:(NSArray<RecognizedProduct*>*)products {
  for (NSUInteger i = 0; i < kLines; ++i) {
    UILabel* line = _lines[i];
    line.hidden = i >= products.count;
    line.text = line.hidden ? nil : [self textOf:products[i]];
  }
  _shopURL = products.firstObject.shopURL;
  _shopButton.hidden = _shopURL == nil;
}

- (NSString*)textOf:(RecognizedProduct*)product {
  NSString* confidence =
      [NSNumberFormatter localizedStringFromNumber:@(product.confidence)
                                       numberStyle:NSNumberFormatterPercentStyle];
  return [NSString stringWithFormat:@"%@  %@", product.name, confidence];
}

- (void)shopTapped {
  if (_shopURL && self.openShop) self.openShop(_shopURL);
}

@end
