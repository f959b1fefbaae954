#import "shell/ThumbnailsView.h"

static const CGFloat kHeight = 140;

@implementation ThumbnailsView

- (instancetype)initWithFrame:(CGRect)frame {
  self = [super initWithFrame:frame];
  if (self) {
    self.axis = UILayoutConstraintAxisHorizontal;
    self.distribution = UIStackViewDistributionFillEqually;
    self.spacing = 8;
    [self.heightAnchor constraintEqualToConstant:kHeight].active = YES;
  }
  return self;
}

- (void)showPictures:(NSArray<Picture*>*)pictures {
  for (UIView* old in self.arrangedSubviews) [old removeFromSuperview];
  for (NSUInteger i = 0; i < pictures.count; ++i) {
    UIImageView* view = [[UIImageView alloc] initWithImage:[pictures[i] image]];
    view.contentMode = UIViewContentModeScaleAspectFit;
    view.isAccessibilityElement = YES;
    view.accessibilityTraits = UIAccessibilityTraitImage;
    view.accessibilityLabel =
        [NSString localizedStringWithFormat:NSLocalizedString(@"View %1$lu of %2$lu", nil),
                                            static_cast<unsigned long>(i + 1),
                                            static_cast<unsigned long>(pictures.count)];
    [self addArrangedSubview:view];
  }
}

@end
